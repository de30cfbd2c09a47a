import { describe, expect, it } from 'vitest';
import { periodOf } from '../statement/period.js';
import { forecastOf } from './forecast.js';

const MARCH = periodOf('2026-03', 'Europe/Berlin');

describe('the forecast of a month', () => {
  it('at its begin is the price of an hour for all hours of the month, 743 with the change to summer time', () => {
    expect(forecastOf('0', '0.1', MARCH, MARCH.start)).toEqual({
      soFar: '0.0000000000',
      toCome: '74.3000000000',
      total: '74.3000000000',
    });
  });

  it('counts the seconds that are left, and nothing after the end', () => {
    const now = new Date(MARCH.end.getTime() - 1_800_000);
    expect(forecastOf('74.25', '0.1', MARCH, now)).toMatchObject({
      toCome: '0.0500000000',
      total: '74.3000000000',
    });
    expect(forecastOf('74.3', '0.1', MARCH, new Date(MARCH.end.getTime() + 1))).toMatchObject({
      toCome: '0.0000000000',
    });
  });
});
