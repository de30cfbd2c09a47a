/** Lists that are shown again and again until the person interrupts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { usageError } from '../cli-error.js';
import { parseSeconds } from '../commands/duration.js';
import type { LocalContext } from '../context.js';
import { write } from '../output/output.js';

/** To the upper left corner, and nothing below it. */
const CLEAR = '\u001b[H\u001b[2J';

/** Value of the option `--watch` of a list. */
export class Watching {
  constructor(readonly seconds: number) {}
}

/** For commander. */
export function parseWatching(text: string): Watching {
  return new Watching(parseSeconds(text));
}

/** What the options of a command say about it; undefined: once is enough. */
export function findWatching(options: unknown): Watching | undefined {
  if (typeof options !== 'object' || options === null) return undefined;
  return Object.values(options).find((value): value is Watching => value instanceof Watching);
}

/** Ends only by the signal, with its error. Throws a usage error for forms that programs read. */
export async function repeat(
  { io, output }: LocalContext,
  { seconds }: Watching,
  show: () => Promise<unknown>,
): Promise<never> {
  if (output.format !== 'table') {
    throw usageError('--watch is for people.', 'Leave out -o, or ask again and again in a script.');
  }
  for (;;) {
    await write(io.stdout, io.stdout.isTTY === true ? CLEAR : '');
    await show();
    await sleep(seconds * 1_000, undefined, { signal: io.signal });
    if (io.stdout.isTTY !== true) await write(io.stdout, '\n');
  }
}
