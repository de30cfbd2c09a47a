/**
 * The three protocols on which everything else stands, explored to the last state, and the mistakes that must be found:
 * a model that cannot fail proves nothing.
 */
import { describe, expect, it } from 'vitest';
import { createOnce } from './create-once.model.js';
import { explore } from './explore.js';
import { lease } from './lease.model.js';
import { quota } from './quota.model.js';

describe('making an object once', () => {
  it('never runs two and always ends, whatever dies, is lost or answered late', () => {
    const { found, states } = explore(createOnce({ calls: 'in-time' }));
    expect(found).toBeUndefined();
    expect(states).toBeGreaterThan(100);
  });

  it.each([
    ['no-intent', /too many|two servers/],
    ['no-look-at-tasks', /too many|two servers/],
    ['repeat-without-settling', /too many|two servers/],
  ] as const)('is broken by the mistake %s', (mistake, problem) => {
    const { found } = explore(createOnce({ calls: 'in-time', mistake }));
    expect(found?.problem).toMatch(problem);
  });

  it('leaves at most a template that never ran when calls arrive after the next owner looked', () => {
    expect(explore(createOnce({ calls: 'late' })).found).toBeUndefined();
  });
});

describe('the lease of a pool', () => {
  it('lets one worker act at a time, and no older one write after a newer', () => {
    const { found, states } = explore(lease());
    expect(found).toBeUndefined();
    expect(states).toBeGreaterThan(1_000);
  }, 120_000);

  it.each([
    ['no-fence', 'an older owner wrote after a newer one'],
    ['deadline-from-answer', 'two workers may act on one pool'],
    ['grant-before-end', 'two workers may act on one pool'],
  ] as const)('is broken by the mistake %s', (mistake, problem) => {
    expect(explore(lease({ mistake })).found?.problem).toBe(problem);
  });
});

describe('a quota', () => {
  it('is never exceeded, and nothing stays reserved', () => {
    expect(explore(quota({ limit: 2, requests: 5 })).found).toBeUndefined();
  });

  it.each([
    ['no-lock', 'more is held than the limit allows'],
    ['count-only-there', 'more is held than the limit allows'],
    ['never-release', 'nothing leads to an end'],
  ] as const)('is broken by the mistake %s', (mistake, problem) => {
    expect(explore(quota({ limit: 2, requests: 4, mistake })).found?.problem).toBe(problem);
  });
});
