import { describe, expect, it } from 'vitest';
import { messagePause, retryAfterMs, targetPause } from './pauses.js';

const NOW = new Date('2026-03-16T12:00:00.000Z');

describe('pauses between attempts', () => {
  it('grow from five seconds to a quarter of an hour', () => {
    const pauses = Array.from({ length: 10 }, (_, index) => messagePause(index + 1, 0.5, undefined));
    expect(pauses.map((ms) => ms / 1_000)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
  });

  it('are spread by a fifth', () => {
    expect([messagePause(1, 0, undefined), messagePause(1, 0.999_999, undefined)]).toEqual([4_000, 6_000]);
  });

  it('are as long as the target asks, but no longer than an hour', () => {
    expect(messagePause(1, 0.5, 120_000)).toBe(120_000);
    expect(messagePause(1, 0.5, 86_400_000)).toBe(3_600_000);
    expect(targetPause(1, 120_000)).toBe(120_000);
  });

  it('keep a failing target under one probe a minute at the longest', () => {
    expect([1, 2, 3, 20, 10_000].map((failures) => targetPause(failures, undefined))).toEqual([
      1_000, 2_000, 4_000, 60_000, 60_000,
    ]);
  });

  it('read Retry-After as seconds or as a date', () => {
    expect(retryAfterMs('120', NOW)).toBe(120_000);
    expect(retryAfterMs('Mon, 16 Mar 2026 12:00:30 GMT', NOW)).toBe(30_000);
    expect(retryAfterMs('Mon, 16 Mar 2026 11:00:00 GMT', NOW)).toBe(0);
    expect([retryAfterMs(undefined, NOW), retryAfterMs('soon', NOW)]).toEqual([undefined, undefined]);
  });
});
