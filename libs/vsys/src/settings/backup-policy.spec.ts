import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backupIdOf, vsysId } from '../ids.js';
import { expiredBackups, requireKeeping, type TakenBackup } from './backup-policy.js';

const VSYS = vsysId('ACME0001-7K2M9QXPA');
const taken = (...instants: string[]): TakenBackup[] =>
  instants.map((at, n) => ({ id: backupIdOf(VSYS, n + 1), takenAt: new Date(at) }));
const numbers = (ids: readonly string[]): number[] => ids.map((id) => Number(id.slice(-4)));

describe('what a policy gives up', () => {
  it('are those that no rule wants', () => {
    const backups = taken(
      '2026-01-15T01:00:00Z',
      '2026-02-27T01:00:00Z',
      '2026-03-01T01:00:00Z',
      '2026-03-02T01:00:00Z',
      '2026-03-02T13:00:00Z',
      '2026-03-03T01:00:00Z',
    );
    const expired = (keep: object) => numbers(expiredBackups(backups, keep, 'UTC'));
    expect(expired({ last: 2 })).toEqual([1, 2, 3, 4]);
    expect(expired({ daily: 3 })).toEqual([1, 2, 4]);
    expect(expired({ weekly: 2 })).toEqual([1, 2, 4, 5]);
    expect(expired({ monthly: 12 })).toEqual([3, 4, 5]);
    expect(expired({ last: 1, monthly: 2 })).toEqual([1, 3, 4, 5]);
    expect(expired({ last: 10 })).toEqual([]);
  });

  it('depends on the days of the time zone, also when the clocks change', () => {
    const night = taken('2026-03-28T23:30:00Z', '2026-03-29T21:30:00Z', '2026-03-29T22:30:00Z');
    expect(numbers(expiredBackups(night, { daily: 9 }, 'Europe/Berlin'))).toEqual([1]);
    expect(numbers(expiredBackups(night, { daily: 9 }, 'UTC'))).toEqual([2]);
  });

  it('never is the latest one, and doing it again gives up nothing more', () => {
    const instant = fc.date({
      min: new Date('2024-01-01'),
      max: new Date('2026-12-31'),
      noInvalidDate: true,
    });
    const rule = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
    const rules = fc.record({ last: rule, daily: rule, weekly: rule, monthly: rule });
    fc.assert(
      fc.property(fc.array(instant, { minLength: 1, maxLength: 60 }), rules, (instants, wish) => {
        const keep = Object.fromEntries(Object.entries(wish).filter(([, n]) => n !== undefined));
        fc.pre(Object.keys(keep).length > 0);
        const all = taken(...instants.map((at) => at.toISOString()));
        const gone = new Set(expiredBackups(all, keep, 'America/New_York'));
        const left = all.filter(({ id }) => !gone.has(id));
        const latest = Math.max(...all.map(({ takenAt }) => takenAt.getTime()));
        expect(left.some(({ takenAt }) => takenAt.getTime() === latest)).toBe(true);
        expect(left.length).toBeLessThanOrEqual(
          Object.values(keep).reduce<number>((sum, n) => sum + (n ?? 0), 0),
        );
        expect(expiredBackups(left, keep, 'America/New_York')).toEqual([]);
      }),
    );
  });

  it('is not everything', () => {
    expect(() => requireKeeping({ last: 0 })).toThrow(expect.objectContaining({ code: 'invalid-request' }));
    expect(() => requireKeeping({ weekly: 1 })).not.toThrow();
  });
});
