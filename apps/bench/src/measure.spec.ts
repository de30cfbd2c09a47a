import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { atLeast, atMost } from './measure.js';
import { resultTable } from './report/result-table.js';

const finding = { name: 'P0', limit: 1, conditions: 'none' };

describe('a result', () => {
  it('passes at its goal and misses beyond it, in either direction', () => {
    expect(atMost(1.1, { ...finding, measured: 1.1 })).toMatchObject({ pass: true, goal: 1.1 });
    expect(atMost(1.1, { ...finding, measured: 1.11 }).pass).toBe(false);
    expect(atLeast(0.95, { ...finding, measured: 0.95 }).pass).toBe(true);
    expect(atLeast(0.95, { ...finding, measured: 0.94 }).pass).toBe(false);
    expect(atMost(3, { ...finding, measured: Number.NaN }).pass).toBe(false);
  });

  it('tells its verdict and the direction of its goal', () => {
    const results = [
      atMost(1.1, { ...finding, measured: 1.2 }),
      atLeast(0.95, { ...finding, measured: 0.97 }),
      atMost(0, { ...finding, limit: 0, measured: 0 }),
    ];
    const text = stripVTControlCharacters(resultTable(results));
    expect(text).toMatch(/1\.200.*≤ 1\.1 .*MISS/);
    expect(text).toMatch(/0\.970.*≥ 0\.95 .*pass/);
    expect(text).toMatch(/≤ 0/);
  });
});
