import { describe, expect, it } from 'vitest';
import { fuzzGuided } from './fuzz-guided.js';

/** Checks that stand behind each other, each a block of its own. */
function deep(input: Buffer): void {
  const text = input.toString('latin1');
  if (!text.includes('<a>')) return;
  if (!text.includes('<a><b>')) return;
  throw new TypeError('found');
}

const target = { samples: ['----'], words: ['<a>', '<b>'], parse: deep, isRefusal: () => false };
const tryIt = async (input: Buffer): Promise<void> => {
  deep(input);
  return Promise.resolve();
};

const forgiving = async (input: Buffer): Promise<void> => tryIt(input).catch(() => undefined);

describe('fuzzing guided by coverage', () => {
  it('gets through checks that stand behind each other, and shows the input', async () => {
    await expect(fuzzGuided(target, tryIt, { runs: 10_000, seed: 1 })).rejects.toThrow(/neither read nor/);
  }, 120_000);

  it('keeps what reached something new', async () => {
    const { corpus, ways } = await fuzzGuided(target, forgiving, { runs: 300, seed: 2 });
    expect(corpus).toBeGreaterThan(target.samples.length);
    expect(ways).toBeGreaterThan(0);
  });
});
