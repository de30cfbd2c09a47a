import { afterEach, describe, expect, it, vi } from 'vitest';
import { ScaledClock } from './scaled-clock.js';

afterEach(() => {
  vi.useRealTimers();
});

function clockAt(speed: number): ScaledClock {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  return new ScaledClock(speed, 1_000_000);
}

describe('scaled clock', () => {
  it('runs timers at simulated instants and cancels them', () => {
    const clock = clockAt(10);
    const fired: string[] = [];
    clock.schedule(5000, () => fired.push('kept'));
    clock.schedule(1000, () => fired.push('cancelled'))();
    vi.advanceTimersByTime(499);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(fired).toEqual(['kept']);
    expect(clock.now()).toBeCloseTo(1_005_010, 0);
  });

  it('changes its speed: the past stays, what is scheduled comes sooner or later', () => {
    const clock = clockAt(1);
    let fired = false;
    clock.schedule(10_000, () => (fired = true));
    vi.advanceTimersByTime(1000);
    clock.setSpeed(100);
    expect(clock.now()).toBeCloseTo(1_001_000, 0);
    vi.advanceTimersByTime(89);
    expect(fired).toBe(false);
    vi.advanceTimersByTime(2);
    expect(fired).toBe(true);
    expect(() => clock.setSpeed(0)).toThrow(RangeError);
  });

  it('waits longer than a timer of the platform can', () => {
    const clock = clockAt(1);
    let fired = false;
    clock.schedule(2 ** 31 + 5000, () => (fired = true));
    vi.advanceTimersByTime(2 ** 31);
    expect(fired).toBe(false);
    vi.advanceTimersByTime(5001);
    expect(fired).toBe(true);
  });
});
