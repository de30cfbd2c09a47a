/** Does the programme notice each deliberate mistake, and how? */
import { directedStory } from '../coverage/directed-story.js';
import { SABOTAGES, type Sabotage } from '../sabotage/sabotages.js';
import type { Event } from '../story/story.js';
import type { Campaign } from './campaign.js';

export interface Noticed {
  readonly sabotage: Sabotage;
  /** Stories until it was noticed; undefined: it was not. */
  readonly after: number | undefined;
  /** The first promise that was seen broken. */
  readonly how: string;
}

/** Longer than a life. */
const SILENCE: Event = { at: 0, is: 'messages', lost: 1, doubled: 0, ms: 3_600_000 };

/** Tells at most `stories` lives of a system, with the strike that brings the mistake to light. */
export async function noticed(campaign: Campaign, sabotage: Sabotage, stories: number): Promise<Noticed> {
  const strikes = sabotage.strike === undefined ? [] : [sabotage.strike];
  for (let seed = 1; seed <= stories; seed += 1) {
    const life = directedStory(seed, strikes);
    const events = sabotage.silence === true ? [SILENCE, ...life.events] : life.events;
    const [how] = (await campaign.run({ ...life, events }, { sabotage })).violations;
    if (how !== undefined) return { sabotage, after: seed, how };
  }
  return { sabotage, after: undefined, how: '' };
}

export async function* proveSabotages(campaign: Campaign, stories: number): AsyncGenerator<Noticed> {
  for (const sabotage of SABOTAGES) yield await noticed(campaign, sabotage, stories);
}
