/**
 * What the programme would not notice it does not test: each deliberate mistake must be seen in one life of a system.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Campaign } from '../src/campaign/campaign.js';
import { noticed } from '../src/campaign/prove-sabotages.js';
import { SABOTAGES } from '../src/sabotage/sabotages.js';

const EARLY = new Set([
  'intents-are-skipped',
  'two-owners',
  'usage-is-not-begun',
  'scope-leaks',
  'keys-are-ignored',
]);

describe('a deliberate mistake', { timeout: 120_000 }, () => {
  const campaign = new Campaign();
  afterAll(async () => await campaign.close());

  it.each(SABOTAGES.filter(({ name }) => EARLY.has(name)))('is noticed: $mistake', async (sabotage) => {
    const { how } = await noticed(campaign, sabotage, 1);
    expect(how).not.toBe('');
  });
});
