import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { PATTERN_VALUE_LENGTH, fitsPattern, patternFault } from './simple-pattern.js';

const item = fc.tuple(
  fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\d', '\\.', '-'),
  fc.constantFrom('', '*', '+', '?', '{2}', '{0,2}', '{1,}'),
);
const patterns = fc.array(item, { minLength: 1, maxLength: 6 }).map((items) => items.flat().join(''));
const values = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '-'), maxLength: 12 });

describe('patterns', () => {
  test.prop([patterns, values], { numRuns: 2000 })(
    'fit what the regular expression fits',
    (pattern, value) => {
      expect(patternFault(pattern)).toBeUndefined();
      expect(fitsPattern(pattern, value)).toBe(new RegExp(`^(?:${pattern})$`, 'u').test(value));
    },
  );

  it.each(['(a+)+', 'a|b', '^a', 'a$', '[a', 'a**', '\\1', '(?=a)', '[z-a]', 'a{3,2}', '\\'])(
    'refuse %s',
    (pattern) => {
      expect(patternFault(pattern)).toBeDefined();
    },
  );

  it('take little time for what makes a backtracking engine hang', () => {
    const started = performance.now();
    expect(fitsPattern('a?'.repeat(60) + 'a*'.repeat(20) + 'b', 'a'.repeat(PATTERN_VALUE_LENGTH))).toBe(
      false,
    );
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
