/**
 * Throws damaged copies of valid samples at a parser. Whatever comes, it may only return or refuse in its own words: a
 * `TypeError` from its depths is a place that somebody else finds first.
 *
 * `FUZZ_RUNS` (default 300 a parser) and `FUZZ_SEED` make it longer or other: `FUZZ_RUNS=100000 npx vitest run fuzz`. With
 * `FUZZ_GUIDED=1` inputs that reach new code are damaged further (`fuzz-guided.ts`).
 */
import fc from 'fast-check';
import { damaged, damages } from './damage.js';
import { fuzzGuided } from './fuzz-guided.js';

export interface FuzzTarget {
  /** Valid ones, as many shapes as possible. */
  readonly samples: readonly (string | Uint8Array)[];
  /** Bits of the language: they get deeper into a parser than random bytes do. */
  readonly words?: readonly string[];
  readonly parse: (input: Buffer) => unknown;
  /** Is this how the parser refuses? */
  readonly isRefusal: (error: unknown) => boolean;
}

const DEFAULT_RUNS = 300;
const MOST_DAMAGES = 6;

export interface FuzzCounts {
  read: number;
  refused: number;
}

/** Rejects with the smallest input that was found; else tells what became of the inputs. */
export async function fuzz(target: FuzzTarget): Promise<FuzzCounts> {
  const counts: FuzzCounts = { read: 0, refused: 0 };
  const seed = process.env['FUZZ_SEED'];
  const runs = Number(process.env['FUZZ_RUNS'] ?? DEFAULT_RUNS);
  const tryIt = async (input: Buffer): Promise<void> => {
    try {
      await target.parse(input);
      counts.read += 1;
    } catch (error) {
      if (!target.isRefusal(error)) throw error;
      counts.refused += 1;
    }
  };
  if (process.env['FUZZ_GUIDED'] === '1') {
    await fuzzGuided(target, tryIt, { runs, seed: Number(seed ?? Date.now()) });
    return counts;
  }
  const inputs = fc
    .tuple(fc.constantFrom(...target.samples), damages(target.words ?? [], MOST_DAMAGES))
    .map(([sample, all]) => damaged(Buffer.from(sample), all));
  await fc.assert(fc.asyncProperty(inputs, tryIt), {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
  return counts;
}
