import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line.js';
import { MEASURES } from './measures/all.js';

describe('the command line of the benchmarks', () => {
  it('runs everything, writes no file and only reports misses when nothing is said', () => {
    const line = readCommandLine([]);
    expect(line.measures).toEqual(MEASURES);
    expect(line).toMatchObject({ jsonFile: undefined, onMiss: 'report' });
  });

  it('takes a choice, a file and strictness', () => {
    const line = readCommandLine(['--only', 'p12, P4', '--json', 'out.json', '--strict']);
    expect(line.measures.map(({ id }) => id)).toEqual(['P4', 'P12']);
    expect(line).toMatchObject({ jsonFile: 'out.json', onMiss: 'fail' });
  });

  it('runs long measures when they are named', () => {
    expect(readCommandLine(['--only', 'year']).measures.map(({ id }) => id)).toEqual(['YEAR']);
  });

  it('says which measures there are', () => {
    expect(() => readCommandLine(['--only', 'P99'])).toThrow(/P99.*P1, P2/);
    expect(() => readCommandLine(['--fast'])).toThrow(/--fast/);
  });
});
