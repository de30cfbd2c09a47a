/** A life of a system that comes by every kind of action, with strikes at chosen cells. */
import type { Design, Strike, Ask, Event, Story } from '../story/story.js';
import { SeededRandom } from '../chance/seeded-random.js';

const FIRST_MS = 4_000;
/** Enough for each step to be reached, also by another worker after a lease has run out. */
const STEP_MS = 75_000;

/** Another tenant asks for the system. */
const ABROAD_MS = 60_000;

const SMALL: Design = {
  servers: 1,
  diskGiB: 5,
  backNet: false,
  type: 'standard.tiny',
  also: ['config-drive'],
};

/** Each step brings kinds of actions that no other one does. */
const LIFE: readonly Ask[] = [
  { is: 'create', design: SMALL },
  { is: 'power', verb: 'restart', of: 'system', pick: 0 },
  { is: 'change', design: { ...SMALL, diskGiB: 10, backNet: true }, pick: 0 },
  { is: 'snapshot', withMemory: false, pick: 0 },
  { is: 'revert', pick: 0 },
  { is: 'drop-snapshot', pick: 0 },
  { is: 'power', verb: 'stop', of: 'system', pick: 0 },
  { is: 'power', verb: 'start', of: 'system', pick: 0 },
  { is: 'part', what: 'back-up', pick: 0 },
  { is: 'part', what: 'restore', pick: 0 },
  { is: 'part', what: 'drop-backup', pick: 0 },
  { is: 'change', design: { ...SMALL, diskGiB: 10, also: ['loose-disk', 'paused'] }, pick: 0 },
  { is: 'change', design: { ...SMALL, diskGiB: 10, also: ['suspended', 'other-address'] }, pick: 0 },
  { is: 'change', design: { ...SMALL, servers: 2, diskGiB: 0 }, pick: 0 },
  { is: 'delete', pick: 0 },
];

export function directedStory(seed: number, strikes: readonly Strike[]): Story {
  const random = new SeededRandom(seed);
  const asks = LIFE.map((ask, index): Event => {
    const at = FIRST_MS + index * STEP_MS + random.int(0, 3_000);
    // The first request comes twice, as from a caller who did not hear the answer.
    return { at, is: 'ask', tenant: 0, ask, twice: index === 0 };
  });
  const abroad: Event = {
    at: ABROAD_MS,
    is: 'ask',
    tenant: 1,
    ask: { is: 'look-abroad', pick: 0 },
    twice: false,
  };
  const armed = strikes.map((strike): Event => ({ at: 0, is: 'strike', ...strike }));
  return {
    seed,
    events: [...armed, ...asks, abroad].toSorted((a, b) => a.at - b.at),
    quietFrom: FIRST_MS + LIFE.length * STEP_MS,
    skews: [0],
  };
}
