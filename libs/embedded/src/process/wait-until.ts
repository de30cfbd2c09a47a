/** Waits for a state, with a limit. */
import { setTimeout as delay } from 'node:timers/promises';
import type { GuardedProcess } from './guarded-process.js';

/** Servers here are ready in 30–100 ms; twenty looks a second more would not be noticed. */
const LOOK_EVERY_MS = 20;

/**
 * Looks again and again until `isReady` holds. Rejects as soon as the process is gone, or after `limitMs`;
 * the message names the log to read.
 */
export async function waitUntilReady(
  server: GuardedProcess,
  isReady: () => Promise<boolean>,
  { limitMs, name, logFile }: { readonly limitMs: number; readonly name: string; readonly logFile: string },
): Promise<void> {
  let exitCode: number | undefined;
  void server.exited.then((code) => (exitCode = code));
  const deadline = Date.now() + limitMs;
  while (!(await isReady())) {
    if (exitCode !== undefined)
      throw new Error(`${name} ended with code ${exitCode} while starting: see ${logFile}`);
    if (Date.now() > deadline) throw new Error(`${name} was not ready after ${limitMs} ms: see ${logFile}`);
    await delay(LOOK_EVERY_MS);
  }
}
