/**
 * What daemons write, line by line, as logs of theirs. Read now and then; a file that grows too long is emptied after it was
 * read, so no daemon can fill the disk.
 *
 *   first seen: passed over or read from its beginning ─► read on ─► too long: emptied ─► read on …
 *                                                          └── another file of the name: from its beginning
 */
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramName } from '@openvsys/vsys';
import { messageOf } from '../apply/applier.js';
import { daemonLogFile } from '../process/daemon.js';
import type { LogBook } from './log-book.js';

/** Programs of an appliance that run as daemons of the agent. */
const DAEMONS: readonly ProgramName[] = ['haproxy', 'dnsmasq', 'keepalived'];
/** Read at one look; of more only the newest part, the rest is counted. */
const PART_BYTES = 64 * 1024;
/** A file is emptied above this, bytes. It is on a file system in memory. */
const FILE_LIMIT = 1024 * 1024;
const LINE_FEED = 10;

interface Position {
  readonly inode: number;
  offset: number;
}

export class DaemonLogs {
  private readonly positions = new Map<ProgramName, Position>();

  constructor(
    private readonly folder: string,
    private readonly logs: LogBook,
  ) {}

  /** What was written before this agent started was read by the one before. */
  async passOver(): Promise<void> {
    for (const name of DAEMONS) {
      const found = await findFile(join(this.folder, daemonLogFile(name)));
      if (found) this.positions.set(name, { inode: found.ino, offset: found.size });
    }
  }

  /** Never throws. */
  async take(): Promise<void> {
    for (const name of DAEMONS) {
      try {
        await this.read(name);
      } catch (error) {
        this.logs.write('agent', `The log of ${name} cannot be read: ${messageOf(error)}`);
      }
    }
  }

  private async read(name: ProgramName): Promise<void> {
    const path = join(this.folder, daemonLogFile(name));
    const found = await findFile(path);
    if (found === undefined) return;
    const known = this.positions.get(name);
    const position = known?.inode === found.ino ? known : { inode: found.ino, offset: 0 };
    this.positions.set(name, position);
    await using file = await open(path, 'r+');
    const content = await readFrom(file, position.offset, found.size);
    // A line that is being written is left for the next look.
    const end = content.lastIndexOf(LINE_FEED) + 1;
    this.note(name, content.subarray(0, end));
    position.offset += end;
    if (position.offset < FILE_LIMIT) return;
    // The daemon appends, so it goes on at the beginning.
    await file.truncate();
    position.offset = 0;
  }

  private note(name: ProgramName, content: Buffer): void {
    // The part begins behind the end of a line.
    const from =
      content.length <= PART_BYTES ? 0 : content.indexOf(LINE_FEED, content.length - PART_BYTES) + 1;
    const skipped = countLines(content.subarray(0, from));
    if (skipped > 0) this.logs.drop(skipped);
    for (const line of content.toString('utf8', from).split('\n')) {
      if (line.trim() !== '') this.logs.write(name, line);
    }
  }
}

async function findFile(path: string): Promise<{ readonly ino: number; readonly size: number } | undefined> {
  return stat(path).catch(() => undefined);
}

async function readFrom(
  file: Awaited<ReturnType<typeof open>>,
  offset: number,
  size: number,
): Promise<Buffer> {
  const content = Buffer.alloc(Math.max(0, size - offset));
  const { bytesRead } = await file.read(content, 0, content.length, offset);
  return content.subarray(0, bytesRead);
}

/** Not byte by byte in our own code: a busy load balancer writes megabytes between two looks. */
function countLines(content: Buffer): number {
  let lines = 0;
  for (let at = content.indexOf(LINE_FEED); at >= 0; at = content.indexOf(LINE_FEED, at + 1)) lines += 1;
  return lines;
}
