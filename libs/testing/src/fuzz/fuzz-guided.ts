/**
 * Fuzzing that is guided by coverage: an input that takes a way through the code which no input took before joins the corpus, made
 * small, and is damaged further. So it gets through checks that stand behind each other, which chance alone does not.
 *
 *   corpus (samples first) ─► damage ─► parse ─► new way? ─► made smaller while it takes that way ─► corpus
 *                                         └─ neither read nor refused ─► fails, with the input
 */
import fc from 'fast-check';
import { Coverage } from './coverage.js';
import { damaged, damages } from './damage.js';
import type { FuzzTarget } from './fuzz.js';

export interface GuidedRun {
  readonly runs: number;
  readonly seed: number;
}

export interface GuidedFigures {
  /** Samples and the inputs that took a new way. */
  readonly corpus: number;
  /** Through functions. */
  readonly ways: number;
}

/** Old inputs make room for new ones. */
const CORPUS_LIMIT = 1_000;
/** Small steps: what was found must not be destroyed by the next one. */
const MOST_DAMAGES = 2;
/** Looks for a smaller input with the same way; a large one is seldom hit where it matters. */
const TRIM_TRIES = 40;

const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** `tryIt` rejects when the input was neither read nor refused; then this rejects with the input and how to repeat it. */
export async function fuzzGuided(
  { samples, words = [] }: FuzzTarget,
  tryIt: (input: Buffer) => Promise<void>,
  { runs, seed }: GuidedRun,
): Promise<GuidedFigures> {
  const corpus: Buffer[] = samples.map((sample) => Buffer.from(sample));
  const seen = new Set<string>();
  const coverage = await Coverage.start();
  const waysOf = async (input: Buffer): Promise<readonly string[]> => {
    // What was run to make the input is no news.
    await coverage.take();
    await tryIt(input).catch((error: unknown) => {
      throw new Error(`neither read nor refused (${seedText(seed)}): ${input.toString('base64')}`, {
        cause: error,
      });
    });
    return coverage.take();
  };
  try {
    for (const sample of corpus) for (const way of await waysOf(sample)) seen.add(way);
    // The newest inputs are the promising ones.
    const draws = fc.tuple(fraction, fraction).map(([a, b]) => Math.max(a, b));
    for (const [place, all] of fc.sample(fc.tuple(draws, damages(words, MOST_DAMAGES)), {
      numRuns: runs,
      seed,
    })) {
      const input = damaged(corpus[Math.floor(place * corpus.length)] ?? Buffer.alloc(0), all);
      const news = (await waysOf(input)).filter((way) => !seen.has(way));
      if (news.length === 0) continue;
      for (const way of news) seen.add(way);
      corpus.push(await trimmed(input, news, waysOf));
      if (corpus.length > CORPUS_LIMIT) corpus.splice(samples.length, 1);
    }
    return { corpus: corpus.length, ways: seen.size };
  } finally {
    await coverage.stop();
  }
}

const seedText = (seed: number): string => `FUZZ_GUIDED=1 FUZZ_SEED=${seed}`;

/** Pieces, first large and then small, are left out as long as all of `ways` are still taken. */
async function trimmed(
  input: Buffer,
  ways: readonly string[],
  waysOf: (input: Buffer) => Promise<readonly string[]>,
): Promise<Buffer> {
  let smallest = input;
  let tries = 0;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < smallest.length && tries < TRIM_TRIES; tries += 1) {
      const candidate = Buffer.concat([smallest.subarray(0, from), smallest.subarray(from + size)]);
      const taken = new Set(await waysOf(candidate));
      if (ways.every((way) => taken.has(way))) smallest = candidate;
      else from += size;
    }
  }
  return smallest;
}
