/**
 * A child process that cannot outlive this one, not even after kill -9.
 *
 *   starting ──pid known──► running ──stop() or own death──► exited
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { GUARD_SCRIPT } from './guard-script.js';

export interface GuardedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Replaces the environment; inherited when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** File that stdout and stderr are appended to. */
  readonly logFile: string;
  readonly stopSignal?: 'TERM' | 'INT';
  /** How long the process may take to stop before SIGKILL. */
  readonly stopTimeoutMs?: number;
  /** Run as another user; only root may ask for it. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface GuardedProcess {
  /** The process itself, not its guard. */
  readonly pid: number;
  /** Settles with the exit code (128 + signal number when killed), however it ended. */
  readonly exited: Promise<number>;
  /** Idempotent; resolves when the process is gone. */
  stop(): Promise<void>;
}

const DEFAULT_STOP_TIMEOUT_MS = 15_000;

/** Starts a process that dies with this one. Rejects when it could not be started at all. */
export async function startGuarded(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const shell = spawnShell(options);
  const exited = new Promise<number>((resolve) => {
    // 'exit', not 'close': a grandchild may keep the log open for longer.
    shell.once('exit', (code) => resolve(code ?? 1));
    shell.once('error', () => resolve(1));
  });
  const pid = await readPid(shell);
  // A write to a closed pipe must not bring down this process.
  shell.stdin?.on('error', () => undefined);
  void exited.then(() => shell.stdin?.destroy());
  return {
    pid,
    exited,
    async stop() {
      shell.stdin?.end();
      await exited;
    },
  };
}

function spawnShell(options: GuardedProcessOptions): ChildProcess {
  const patience = Math.ceil((options.stopTimeoutMs ?? DEFAULT_STOP_TIMEOUT_MS) / 100);
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    return spawn(
      '/bin/sh',
      [
        '-c',
        GUARD_SCRIPT,
        'guard',
        options.stopSignal ?? 'TERM',
        String(patience),
        options.command,
        ...options.args,
      ],
      {
        // A session of its own: Ctrl-C in the terminal must not reach servers before their clients have stopped.
        detached: true,
        stdio: ['pipe', log, log, 'pipe'],
        ...(options.env && { env: { ...options.env } }),
        ...(options.cwd !== undefined && { cwd: options.cwd }),
        ...options.user,
      },
    );
  } finally {
    closeSync(log);
  }
}

async function readPid(shell: ChildProcess): Promise<number> {
  const channel = shell.stdio[3] as Readable;
  let text = '';
  channel.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await Promise.race([
    once(channel, 'end'),
    once(shell, 'error').then(([error]) => Promise.reject(error as Error)),
  ]);
  const pid = Number.parseInt(text, 10);
  if (!Number.isInteger(pid)) throw new Error('the process guard ended before it started anything');
  return pid;
}
