/**
 * A folder that every API and every worker sees, in which contents wait on their way into a pool or out of it. What is in
 * it counts only when a row names it: a file without a row is of an interrupted transfer and is removed when it is old.
 *
 *   API ──piece by piece──► files ──► worker ──► pool        pool ──► worker ──► file ──► API ──► caller
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@openvsys/vsys';

export interface SpooledFile {
  readonly file: string;
  readonly bytes: number;
}

export interface SpoolEntry extends SpooledFile {
  readonly changedAt: Date;
}

/** Names are ours; anything else must never become a path. */
const FILE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class SpoolFolder {
  constructor(private readonly folder: string) {}

  /** A name that no file has yet. */
  newName(): string {
    return randomUUID();
  }

  /**
   * Writes a new file as the source comes, holding one chunk at a time; on disk when it resolves. Whatever fails, the
   * file is removed. Throws `too-large` beyond `maxBytes`, and what the source throws.
   */
  async write(
    source: AsyncIterable<Uint8Array>,
    maxBytes: number,
    file: string = this.newName(),
  ): Promise<SpooledFile> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = this.pathOf(file);
    const handle = await open(path, 'w', 0o600);
    try {
      const bytes = await copy(source, handle, maxBytes);
      await handle.sync();
      return { file, bytes };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** All bytes of the files, one after the other. Throws `conflict` when one is missing. */
  async *read(files: readonly string[], signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (const file of files) {
      const stream = createReadStream(this.pathOf(file), { highWaterMark: 2 ** 20, signal });
      try {
        for await (const chunk of stream) yield chunk as Uint8Array;
      } catch (error) {
        if (isMissing(error)) throw missing(file, error);
        throw error;
      } finally {
        stream.destroy();
      }
    }
  }

  /** Resolves when they are gone already. */
  async remove(files: readonly string[]): Promise<void> {
    for (const file of files) await rm(this.pathOf(file), { force: true });
  }

  /** Every file of ours; others are left alone. */
  async list(): Promise<readonly SpoolEntry[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const entries = await Promise.all(
      names
        .filter((name) => FILE.test(name))
        .map(async (file): Promise<SpoolEntry | undefined> => {
          const found = await stat(join(this.folder, file)).catch(() => undefined);
          return found && { file, bytes: found.size, changedAt: found.mtime };
        }),
    );
    return entries.flatMap((entry) => entry ?? []);
  }

  private pathOf(file: string): string {
    if (FILE.test(file)) return join(this.folder, file);
    throw new DomainError('internal', 'A file of the spool folder has an impossible name.');
  }
}

async function copy(
  source: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  maxBytes: number,
): Promise<number> {
  let bytes = 0;
  for await (const chunk of source) {
    if (bytes + chunk.length > maxBytes)
      throw new DomainError('too-large', 'There are more bytes than were announced.', {
        details: { limit: maxBytes },
      });
    await writeWhole(handle, chunk, bytes);
    bytes += chunk.length;
  }
  return bytes;
}

async function writeWhole(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, at + done);
    done += bytesWritten;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const missing = (file: string, cause: unknown): DomainError =>
  new DomainError('conflict', 'What was uploaded is not in the spool folder any more.', {
    retry: 'after-change',
    remedy: 'Upload the image once more. APIs and workers must share one spool folder.',
    details: { file },
    cause,
  });
