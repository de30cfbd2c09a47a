import { describe, expect, it } from 'vitest';
import { dueOfLease, type Lease, type LeaseStep } from './lease.js';
import { nextRun } from './schedule.js';
import { parseTagFilter, parseTags } from './tags.js';

describe('leases', () => {
  const lease: Lease = { expiresAt: new Date('2026-12-01T12:00:00Z'), action: 'delete' };
  const due = (reached: LeaseStep, now: string, isProtected = false) =>
    dueOfLease(lease, reached, { now: new Date(now), isProtected });

  it('warn a day and an hour before, then do what was chosen, each once', () => {
    expect(due(0, '2026-11-30T11:59:59Z')).toBeUndefined();
    expect(due(0, '2026-11-30T12:00:00Z')).toEqual({ step: 1, due: 'warn' });
    expect(due(1, '2026-12-01T10:59:59Z')).toBeUndefined();
    expect(due(1, '2026-12-01T11:00:00Z')).toEqual({ step: 2, due: 'warn' });
    expect(due(2, '2026-12-01T12:00:00Z')).toEqual({ step: 3, due: 'delete' });
    expect(due(3, '2027-12-01T12:00:00Z')).toBeUndefined();
  });

  it('do not make up for warnings that were missed', () => {
    expect(due(0, '2026-12-01T11:30:00Z')).toEqual({ step: 2, due: 'warn' });
    expect(due(0, '2026-12-05T00:00:00Z')).toEqual({ step: 3, due: 'delete' });
  });

  it('never delete a protected system', () => {
    expect(due(2, '2026-12-01T12:00:00Z', true)).toEqual({ step: 3, due: 'stop' });
  });
});

describe('schedules', () => {
  const berlin = (cron: string, from: string): string | undefined =>
    nextRun({ cron, timeZone: 'Europe/Berlin' }, new Date(from))?.toISOString();

  it('are due in their time zone, strictly after the instant given', () => {
    expect(berlin('0 8 * * MON-FRI', '2026-11-27T06:00:00Z')).toBe('2026-11-27T07:00:00.000Z');
    expect(berlin('0 8 * * MON-FRI', '2026-11-27T07:00:00Z')).toBe('2026-11-30T07:00:00.000Z');
    expect(berlin('0 8 * * MON-FRI', '2026-07-01T00:00:00Z')).toBe('2026-07-01T06:00:00.000Z');
  });

  it('lose no day in spring and double none in autumn', () => {
    // On 2027-03-28 there is no 2:30 in Berlin; on 2026-10-25 there are two.
    const spring = berlin('30 2 * * *', '2027-03-27T12:00:00Z');
    expect(spring?.slice(0, 10)).toBe('2027-03-28');
    const first = berlin('30 2 * * *', '2026-10-24T12:00:00Z') ?? '';
    expect(berlin('30 2 * * *', first)?.slice(0, 10)).toBe('2026-10-26');
  });

  it('end when no time is left, and refuse what is no expression and no zone', () => {
    expect(berlin('0 0 31 2 *', '2026-01-01T00:00:00Z')).toBeUndefined();
    for (const wrong of ['', 'now', '61 * * * *', '* * * * * *', '* * *'])
      expect(() => berlin(wrong, '2026-01-01T00:00:00Z')).toThrow(
        expect.objectContaining({ code: 'invalid-request', pointer: '/cron' }),
      );
    expect(() => nextRun({ cron: '0 8 * * *', timeZone: 'Berlin' }, new Date(0))).toThrow(
      expect.objectContaining({ pointer: '/timeZone' }),
    );
  });
});

describe('tags', () => {
  it('are texts under simple keys; everything wrong is named', () => {
    expect(parseTags({ env: 'prod', 'team/cost-centre': '' })).toEqual({
      env: 'prod',
      'team/cost-centre': '',
    });
    expect(() => parseTags({ 'a b': 'x', env: 1, long: 'x'.repeat(201) })).toThrow(
      expect.objectContaining({
        violations: [
          expect.objectContaining({ pointer: '/tags/a b' }),
          expect.objectContaining({ pointer: '/tags/env' }),
          expect.objectContaining({ pointer: '/tags/long' }),
        ],
      }),
    );
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, '']));
    expect(() => parseTags(many)).toThrow(/51 tags/);
  });

  it('are filtered by key or by key and value', () => {
    expect(parseTagFilter('env')).toEqual({ key: 'env', value: undefined });
    expect(parseTagFilter('url:http://a')).toEqual({ key: 'url', value: 'http://a' });
    expect(parseTagFilter('env:')).toEqual({ key: 'env', value: '' });
    expect(() => parseTagFilter(':x')).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});
