import { describe, expect, it } from 'vitest';
import { mean, percentile } from './statistics.js';

describe('statistics', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('takes the nearest rank', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile([7], 0.99)).toBe(7);
    expect(mean([1, 2, 6])).toBe(3);
  });

  it('has nothing to say without samples', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    expect(() => mean([])).toThrow(RangeError);
  });
});
