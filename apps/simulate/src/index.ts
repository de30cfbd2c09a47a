/** Deterministic simulation of the whole service, for tests; `npm run simulate` is `main.ts`. */
export { Campaign } from './campaign/campaign.js';
export { listRegressions, type Regression } from './campaign/regressions.js';
export { SABOTAGES, type Sabotage } from './sabotage/sabotages.js';
export { randomStory } from './story/random-story.js';
export type { Story } from './story/story.js';
