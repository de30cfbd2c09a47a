import { expect, it } from 'vitest';
import { Backoff } from './backoff.js';

it('grows to a minute, is spread, and begins again', () => {
  const slow = new Backoff(() => 1);
  const quick = new Backoff(() => 0);
  const pauses = Array.from({ length: 40 }, () => slow.next());
  expect(pauses[0]).toBe(500);
  expect(pauses[3]).toBe(4_000);
  expect(pauses.at(-1)).toBe(60_000);
  expect(quick.next()).toBe(250);
  slow.reset();
  expect(slow.next()).toBe(500);
});
