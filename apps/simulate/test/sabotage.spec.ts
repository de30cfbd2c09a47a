/**
 * What the programme would not notice it does not test: each deliberate mistake must be seen in one life of a system.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Campaign } from '../src/campaign/campaign.js';
import { noticed } from '../src/campaign/prove-sabotages.js';
import { SABOTAGES } from '../src/sabotage/sabotages.js';

describe('a deliberate mistake', { timeout: 400_000 }, () => {
  const campaign = new Campaign();
  afterAll(async () => await campaign.close());

  it.each(SABOTAGES)('is noticed: $mistake', async (sabotage) => {
    const { how } = await noticed(campaign, sabotage, 1);
    expect(how).not.toBe('');
  });
});
