import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.js';

const SAMPLES = ['{"name":"web","count":3,"disks":[{"size":20}]}'];
const isRefusal = (error: unknown): boolean => error instanceof SyntaxError;

describe('fuzzing', () => {
  it('finds what a parser forgot, and shows the input', async () => {
    const forgetful = (input: Buffer): unknown => {
      const read = JSON.parse(input.toString('utf8')) as { disks: { size: number }[] };
      return read.disks.map(({ size }) => size.toFixed());
    };
    await expect(fuzz({ samples: SAMPLES, parse: forgetful, isRefusal })).rejects.toThrow(/Counterexample/);
  });

  it('takes refusals and answers', async () => {
    const { refused } = await fuzz({
      samples: SAMPLES,
      parse: (input) => JSON.parse(input.toString('utf8')),
      isRefusal,
    });
    expect(refused).toBeGreaterThan(0);
  });
});
