import { describe, expect, it } from 'vitest';
import { closeDueHours, closeHour, CLOSING_DELAY_MS } from './close-hour.js';
import { MS_AN_HOUR } from './hours.js';
import type { HourClosing, UsageStore } from './usage-store.port.js';

const FIRST = new Date('2026-03-01T00:00:00Z');
const hour = (n: number): Date => new Date(FIRST.getTime() + n * MS_AN_HOUR);

class FakeUsageStore implements UsageStore {
  readonly closed = new Set<number>();

  async listDueHours(until: Date, limit: number): Promise<readonly Date[]> {
    const ended = Math.floor((until.getTime() - FIRST.getTime()) / MS_AN_HOUR);
    const hours = Array.from({ length: Math.max(0, ended) }, (_, n) => hour(n));
    return hours.filter((each) => !this.closed.has(each.getTime())).slice(0, limit);
  }

  async closeHour(closing: Date): Promise<HourClosing> {
    this.closed.add(closing.getTime());
    return { hour: closing, rowsChanged: 1, rowsParked: 0 };
  }
}

describe('closing hours', () => {
  it('catches up all that were missed, oldest first, and leaves the present one open', async () => {
    const store = new FakeUsageStore();
    const closings = await closeDueHours(store, new Date(hour(60).getTime() + CLOSING_DELAY_MS));
    expect(closings.map((closing) => closing.hour)).toEqual(Array.from({ length: 60 }, (_, n) => hour(n)));
    expect(await closeDueHours(store, hour(60))).toEqual([]);
  });

  it('waits a while after the end of an hour', async () => {
    const store = new FakeUsageStore();
    expect(await closeDueHours(store, new Date(hour(1).getTime() + CLOSING_DELAY_MS - 1))).toEqual([]);
    expect(await closeDueHours(store, new Date(hour(1).getTime() + CLOSING_DELAY_MS))).toHaveLength(1);
  });

  it('refuses an hour that has not ended and an instant between hours', async () => {
    const store = new FakeUsageStore();
    await expect(closeHour(store, hour(1), hour(1))).rejects.toMatchObject({ code: 'conflict' });
    await expect(closeHour(store, new Date(FIRST.getTime() + 1), hour(5))).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(store.closed.size).toBe(0);
  });
});
