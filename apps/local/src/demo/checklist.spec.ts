import { describe, expect, it } from 'vitest';
import { Checklist } from './checklist.js';
import { sumAmounts } from './sum-amounts.js';

describe('the checklist', () => {
  it('has passed only when something was checked and nothing failed', () => {
    const lines: string[] = [];
    const list = new Checklist((line) => lines.push(line));
    expect(list.passed).toBe(false);
    list.expectEqual('same', [1, { a: 2 }], [1, { a: 2 }]);
    expect(list.passed).toBe(true);
    list.expectEqual('other', 1, 2);
    list.expect('fine', true, '');
    expect(list.passed).toBe(false);
    expect(list.findings[1]).toEqual({ title: 'other', passed: false, detail: 'expected 2, saw 1' });
    expect(lines).toHaveLength(3);
  });

  it('adds money without losing a cent', () => {
    expect(sumAmounts(['0.1', '0.2']).toString()).toBe('0.3');
    expect(sumAmounts([]).toString()).toBe('0');
  });
});
