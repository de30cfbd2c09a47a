/**
 * The small version of `npm run simulate`: the whole service in virtual time. A seed that fails here is told again,
 * shorter and in words, by `npm run simulate -- --seed N --story`.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Campaign } from '../src/campaign/campaign.js';
import { listRegressions } from '../src/campaign/regressions.js';
import { directedStory } from '../src/coverage/directed-story.js';
import { randomStory } from '../src/story/random-story.js';

/** A second or so each; `npm run simulate` tells as many as one likes. */
const SEEDS = Array.from({ length: 6 }, (_, index) => index + 1);

describe('the whole service', { timeout: 400_000 }, () => {
  const campaign = new Campaign();
  afterAll(async () => await campaign.close());

  it.each(SEEDS)('keeps its promises in the story of seed %i', async (seed) => {
    const { violations } = await campaign.run(randomStory(seed));
    expect(violations).toEqual([]);
  });

  it.each(listRegressions())('keeps its promises where it once did not: $was', async ({ story }) => {
    const { violations } = await campaign.run(story);
    expect(violations).toEqual([]);
  });

  it('tells a story in the same way every time', async () => {
    const first = await campaign.run(randomStory(3));
    await campaign.run(randomStory(4));
    const second = await campaign.run(randomStory(3));
    expect(second.lines.length).toBeGreaterThan(100);
    expect(second.digest).toBe(first.digest);
  });

  it('really hits the moments that a story names', async () => {
    const strike = { kind: 'vserver.clone', moment: 'effect-unanswered', fault: 'kill', nth: 1 } as const;
    const { reached, violations } = await campaign.run(directedStory(1, [strike]));
    expect([...reached]).toEqual(['vserver.clone effect-unanswered kill']);
    expect(violations).toEqual([]);
  });
});
