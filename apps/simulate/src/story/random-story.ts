/** Makes a story from a seed: callers of two tenants, and all along what can go wrong. */
import { FAULTS, KINDS, MOMENTS } from '../coverage/cells.js';
import { SeededRandom } from '../chance/seeded-random.js';
import { randomFault } from './random-fault.js';
import {
  EXTRAS,
  PART_WISHES,
  type Ask,
  type Design,
  type Event,
  type Happening,
  type Meddling,
  type PoolMishap,
  type Story,
} from './story.js';

const MINUTE = 60_000;
/** Nobody asks before the first worker owns the pool and has told what room it has. */
const FIRST_ASK_MS = 4_000;
/** Within the ±5 minutes that synchronised clocks never come near. */
const LARGEST_SKEW_MS = 5 * MINUTE;
const WORKERS_AT_MOST = 12;

const MEDDLINGS: readonly Meddling[] = [
  'halts',
  'starts',
  'destroys-server',
  'detaches-disk',
  'renames',
  'own-server',
];
const MISHAPS: readonly PoolMishap[] = [
  'toolstack-restarts',
  'sessions-end',
  'coordinator-moves',
  'unreachable',
];

export function randomStory(seed: number): Story {
  const random = new SeededRandom(seed);
  const asking = random.int(1, 8) * MINUTE;
  const quietFrom = FIRST_ASK_MS + asking + random.int(0, 2 * MINUTE);
  const events = [...asks(random, asking), ...troubles(random, quietFrom)];
  const isSkewed = random.chance(0.3);
  return {
    seed,
    events: events.toSorted((a, b) => a.at - b.at),
    quietFrom,
    skews: Array.from({ length: WORKERS_AT_MOST }, () =>
      isSkewed ? random.int(-LARGEST_SKEW_MS, LARGEST_SKEW_MS) : 0,
    ),
  };
}

function asks(random: SeededRandom, during: number): Event[] {
  const events: Event[] = [];
  const ask = (at: number, tenant: number, what: Ask) =>
    events.push({ at, is: 'ask', tenant, ask: what, twice: random.chance(0.15) });
  ask(FIRST_ASK_MS + random.int(0, 2_000), 0, { is: 'create', design: randomDesign(random) });
  for (let n = random.int(1, 12); n > 0; n -= 1)
    ask(FIRST_ASK_MS + random.int(0, during), random.chance(0.7) ? 0 : 1, randomAsk(random));
  return events;
}

export function randomDesign(random: SeededRandom): Design {
  const diskGiB = random.pick([0, 5, 5, 10]);
  return {
    servers: random.int(1, 3),
    diskGiB,
    backNet: random.chance(0.3),
    type: random.pick(['standard.tiny', 'standard.small']),
    also: EXTRAS.filter(() => random.chance(0.12)),
  };
}

/** Bigger numbers come more often. */
const WEIGHTS: readonly (readonly [number, (random: SeededRandom, pick: number) => Ask])[] = [
  [4, (random) => ({ is: 'create', design: randomDesign(random) })],
  [4, (random, pick) => ({ is: 'change', design: randomDesign(random), pick })],
  [3, (random, pick) => ({ is: 'scale', servers: random.int(1, 4), pick })],
  [
    5,
    (random, pick) => ({
      is: 'power',
      verb: random.pick(['start', 'stop', 'restart']),
      of: random.pick(['system', 'server']),
      pick,
    }),
  ],
  [3, (random, pick) => ({ is: 'snapshot', withMemory: random.chance(0.4), pick })],
  [2, (_random, pick) => ({ is: 'revert', pick })],
  [2, (_random, pick) => ({ is: 'drop-snapshot', pick })],
  [4, (_random, pick) => ({ is: 'delete', pick })],
  [14, (random, pick) => ({ is: 'part', what: random.pick(PART_WISHES), pick })],
  [1, (_random, pick) => ({ is: 'cancel', pick })],
  [1, (_random, pick) => ({ is: 'resume', pick })],
  [1, (_random, pick) => ({ is: 'look', pick })],
  [1, (_random, pick) => ({ is: 'look-abroad', pick })],
];

export function randomAsk(random: SeededRandom): Ask {
  let left = random.int(
    1,
    WEIGHTS.reduce((sum, [weight]) => sum + weight, 0),
  );
  const pick = random.int(0, 9);
  for (const [weight, make] of WEIGHTS) {
    left -= weight;
    if (left <= 0) return make(random, pick);
  }
  throw new Error('weights do not add up');
}

function troubles(random: SeededRandom, until: number): Event[] {
  const events: Event[] = [];
  const add = (times: number, make: () => Happening) => {
    for (let n = times; n > 0; n -= 1) events.push({ at: random.int(0, until), ...make() });
  };
  // A part of the stories is quiet, so that what only shows when all goes well is seen, too.
  if (random.chance(0.1)) return events;
  add(random.int(0, 8), () => ({ is: 'fault', rule: randomFault(random) }));
  add(random.int(0, 4), () => randomStrike(random));
  add(random.int(0, 2), () => ({ is: 'kill', whom: random.chance(0.8) ? 'owner' : 'standby' }));
  add(random.int(0, 2), () => ({
    is: 'commit',
    fate: random.chance(0.5) ? 'stored-unanswered' : 'not-stored',
  }));
  if (random.chance(0.3)) add(1, () => ({ is: 'database-down', ms: random.int(200, 25_000) }));
  if (random.chance(0.4))
    add(1, () => ({
      is: 'messages',
      lost: random.next(),
      doubled: random.next(),
      ms: random.int(5, 90) * 1_000,
    }));
  if (random.chance(0.4)) add(random.int(1, 2), () => ({ is: 'pool', what: random.pick(MISHAPS) }));
  if (random.chance(0.4))
    add(random.int(1, 3), () => ({ is: 'meddle', how: random.pick(MEDDLINGS), pick: random.int(0, 9) }));
  return events;
}

function randomStrike(random: SeededRandom): Happening {
  return {
    is: 'strike',
    kind: random.pick(KINDS),
    moment: random.pick(MOMENTS),
    fault: random.pick(FAULTS),
    nth: random.int(1, 3),
  };
}
