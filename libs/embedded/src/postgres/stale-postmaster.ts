/** Clears what a server of an earlier, killed launcher left in a data folder. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess, findCommandLine } from '../process/running-process.js';

/** A fast shutdown writes a checkpoint: some seconds on a slow disk. */
const SHUTDOWN_LIMIT_MS = 20_000;

/** Lines of postmaster.pid (PostgreSQL's miscadmin.h, LOCK_FILE_LINE_*): pid first, status eighth. */
const STATUS_LINE = 7;

async function readLockFile(dataDir: string): Promise<readonly string[]> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  return text.split('\n').map((line) => line.trim());
}

/** Whether the server with this pid takes connections. */
export async function isPostmasterReady(dataDir: string, pid: number): Promise<boolean> {
  const lines = await readLockFile(dataDir);
  return lines[0] === String(pid) && lines[STATUS_LINE] === 'ready';
}

/** Stops a server that still runs on this data folder; removes a pid file that now points to another program. */
export async function clearStalePostmaster(dataDir: string): Promise<void> {
  const pid = Number.parseInt((await readLockFile(dataDir))[0] ?? '', 10);
  if (!Number.isInteger(pid)) return;
  const commandLine = await findCommandLine(pid);
  // PostgreSQL itself removes the file of a dead pid, but not one whose number another process has got since.
  if (commandLine?.includes(dataDir) && commandLine.includes('postgres')) {
    await endProcess(pid, 'SIGINT', SHUTDOWN_LIMIT_MS);
  } else if (commandLine !== undefined) {
    await rm(join(dataDir, 'postmaster.pid'), { force: true });
  }
}
