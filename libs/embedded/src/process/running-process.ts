/** Looks at processes by pid: what a data folder's pid file points to may be dead or something else by now. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './run-command.js';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process, or undefined when it is gone. */
export async function findCommandLine(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  try {
    // procps is missing on slim images, so /proc comes first.
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
  } catch {
    return runCommand('ps', ['-p', String(pid), '-o', 'command=']).catch(() => undefined);
  }
}

/** Signals a process and waits until it is gone; SIGKILL after `patienceMs`. */
export async function endProcess(pid: number, signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  signalIfAlive(pid, signal);
  const deadline = Date.now() + patienceMs;
  while (isAlive(pid) && Date.now() < deadline) await delay(25);
  if (!isAlive(pid)) return;
  signalIfAlive(pid, 'SIGKILL');
  while (isAlive(pid) && Date.now() < deadline + 5_000) await delay(25);
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
