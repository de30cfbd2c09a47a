/**
 * A program that runs on its own: it outlives the agent, so that an update or a crash of the agent cuts no connection.
 * The agent finds it again by its pid file; the start time of the process tells it from a stranger with the same number.
 *
 *   stopped ──start──► running ──stop: SIGTERM, later SIGKILL──► stopped
 *                         └──── dies ────► stopped (seen by `findPid`)
 */
import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from '../pause.js';
import { findText, SECRET_FILE_MODE, PASSAGE_FOLDER_MODE, writeAtomically } from '../store/atomic-file.js';

/** A daemon that does not end on SIGTERM is killed after this, ms. */
const STOP_GRACE_MS = 10_000;
/** A daemon that cannot start says so within this time, ms. */
const START_WATCH_MS = 150;
const LOOK_EVERY_MS = 20;
/** Of its complaints when it does not start, characters. */
const COMPLAINT_LIMIT = 2_000;

/** Within the folder of what runs. */
export const daemonLogFile = (name: string): string => `${name}.log`;

export class Daemon {
  private readonly pidFile: string;
  /** Its standard output and error. */
  readonly logFile: string;

  constructor(
    private readonly folder: string,
    readonly name: string,
  ) {
    // Not `.pid`: that name belongs to the daemon itself.
    this.pidFile = join(folder, `${name}.process`);
    this.logFile = join(folder, daemonLogFile(name));
  }

  /** Pid of the running daemon. */
  async findPid(): Promise<number | undefined> {
    const [pid, started] = ((await findText(this.pidFile)) ?? '').split(' ');
    const now = await findStartTime(Number(pid));
    return now !== undefined && now === started ? Number(pid) : undefined;
  }

  /** Starts it unless it runs; throws with its complaint when it ends at once. */
  async ensure(program: string, args: readonly string[]): Promise<number> {
    return (await this.findPid()) ?? (await this.start(program, args));
  }

  /** False when it does not run. */
  async signal(signal: NodeJS.Signals): Promise<boolean> {
    const pid = await this.findPid();
    if (pid === undefined) return false;
    process.kill(pid, signal);
    return true;
  }

  async stop(): Promise<void> {
    if (await this.signal('SIGTERM')) {
      const end = performance.now() + STOP_GRACE_MS;
      while ((await this.findPid()) !== undefined) {
        if (performance.now() > end) await this.signal('SIGKILL');
        await pause(LOOK_EVERY_MS);
      }
    }
    await rm(this.pidFile, { force: true });
  }

  private async start(program: string, args: readonly string[]): Promise<number> {
    await mkdir(this.folder, { recursive: true, mode: PASSAGE_FOLDER_MODE });
    await rm(this.logFile, { force: true });
    const log = openSync(this.logFile, 'a', SECRET_FILE_MODE);
    try {
      const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log] });
      const pid = await new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('spawn', () => resolve(child.pid ?? 0));
      });
      child.unref();
      const started = await findStartTime(pid);
      if (started !== undefined) await writeAtomically(this.pidFile, `${pid} ${started}`);
      await pause(START_WATCH_MS);
      if ((await this.findPid()) !== undefined) return pid;
    } finally {
      closeSync(log);
    }
    const complaint = ((await findText(this.logFile)) ?? '').trim().slice(-COMPLAINT_LIMIT);
    throw new Error(`${this.name} did not start: ${complaint === '' ? 'it said nothing' : complaint}`);
  }
}

/** When a process was started, in clock ticks since boot (proc(5), field 22); undefined for none and for zombies. */
async function findStartTime(pid: number): Promise<string | undefined> {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold anything, so count from behind it: state is field 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}
