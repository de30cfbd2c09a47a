/** Does the programme notice each deliberate mistake, and after how many stories? */
import { SABOTAGES, type Sabotage } from '../sabotage/sabotages.js';
import { randomStory } from '../story/random-story.js';
import type { Campaign } from './campaign.js';

export interface Noticed {
  readonly sabotage: Sabotage;
  /** Stories until it was noticed; undefined: it was not. */
  readonly after: number | undefined;
  readonly how: string;
}

export async function noticed(
  campaign: Campaign,
  sabotage: Sabotage,
  seeds: readonly number[],
): Promise<Noticed> {
  for (const [index, seed] of seeds.entries()) {
    const [how] = (await campaign.run(randomStory(seed), { sabotage })).violations;
    if (how !== undefined) return { sabotage, after: index + 1, how: `seed ${seed}: ${how}` };
  }
  return { sabotage, after: undefined, how: '' };
}

export async function* proveSabotages(campaign: Campaign, seeds: readonly number[]): AsyncGenerator<Noticed> {
  for (const sabotage of SABOTAGES) yield await noticed(campaign, sabotage, seeds);
}
