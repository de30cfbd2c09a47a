import { describe, expect, it } from 'vitest';
import { findStatementName } from './statement-names.js';

describe('names of statements', () => {
  it('are one to a text, and not without end', () => {
    const first = findStatementName('SELECT 1');
    expect(first).toBeDefined();
    expect(findStatementName('SELECT 2')).not.toBe(first);
    const texts = Array.from({ length: 2_000 }, (_, index) => `SELECT ${index}, 0`);
    const names = texts.map(findStatementName);
    expect(names.at(-1)).toBeUndefined();
    const given = names.filter((name) => name !== undefined);
    expect(new Set(given).size).toBe(given.length);
    expect(findStatementName('SELECT 1')).toBe(first);
  });
});
