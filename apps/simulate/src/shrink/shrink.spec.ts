import { describe, expect, it } from 'vitest';
import { randomStory } from '../story/random-story.js';
import type { Story } from '../story/story.js';
import { kindOf, shrink } from './shrink.js';

const isKill = ({ is }: Story['events'][number]) => is === 'kill';
const seed = Array.from({ length: 100 }, (_, n) => n).find((n) => randomStory(n).events.some(isKill)) ?? 0;

describe('a story that goes wrong', () => {
  it('is made as short as it can be while it goes wrong', async () => {
    const short = await shrink(
      randomStory(seed),
      'two servers are AAAAAAAA-BBBBBBBBB-S-0001',
      async ({ events }) =>
        Promise.resolve(events.some(isKill) ? 'two servers are CCCCCCCC-DDDDDDDDD-S-0002' : undefined),
    );
    expect(short.events.map(({ is }) => is)).toEqual(['kill']);
    expect(short.skews.every((skew) => skew === 0)).toBe(true);
  });

  it('is not taken for another one that goes wrong in another way', async () => {
    const story = randomStory(seed);
    const short = await shrink(story, 'something', async () => Promise.resolve('something else'));
    expect(short).toEqual(story);
  });

  it('goes wrong in the same way whatever the ids and times are', () => {
    expect(kindOf('invariant x: DEMO0001-3VUUI6QNC-S-0001 (after 12 ms)')).toBe(
      kindOf('invariant x: OTHER001-AAAAAAAAA-S-0002 (after 99 ms)'),
    );
  });
});
