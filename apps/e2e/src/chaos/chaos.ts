/**
 * Faults by a seed while callers ask for things; then calm, and a judgement.
 *
 *   callers start ──► fault ──► step is done again ──► pause ──► fault … ──► heal ──► all has ended ──► judge ──► delete all ──► judge
 */
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../process/seeded-random.js';
import { Caller, newTally, type Tally } from './callers.js';
import type { ChaosWorld } from './chaos-world.js';
import { FAULTS, type Dice, type FaultKind } from './faults.js';
import { judge, judgeEnd, untilCalm } from './judge.js';
import { recoveryOf } from './recovery.js';

export interface ChaosPlan {
  readonly seed: number;
  readonly minutes: number;
  readonly callers: number;
  readonly say: (line: string) => void;
}

export interface ChaosReport {
  readonly operations: number;
  readonly steps: number;
  /** Fault → how often. */
  readonly faults: ReadonlyMap<string, number>;
  /** Leases from the end of each fault to the next step that is done. */
  readonly recoveries: readonly number[];
  readonly tally: Tally;
  readonly violations: readonly string[];
}

/** Between two faults: some work gets done, some does not. */
const PAUSE_MS = { least: 500, more: 4_000 } as const;

export function diceOf(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}

export async function chaos(world: ChaosWorld, plan: ChaosPlan): Promise<ChaosReport> {
  const tally = newTally();
  const end = new AbortController();
  const load = Array.from({ length: plan.callers }, (_, n) => {
    const dice = diceOf(plan.seed * 1_000 + n + 1);
    return new Caller(`chaos-${n + 1}`, world.cloud.tenant, dice, tally).run(end.signal);
  });
  const { faults, recoveries, violations } = await strike(world, plan);
  end.abort();
  await Promise.all(load);
  await world.heal();
  plan.say('nothing goes wrong any more; waiting for the end of everything');
  const begun = performance.now();
  const unrest = await untilCalm(world);
  plan.say(`calm after ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  const judged = await judge(world, tally.accepted);
  const left = await judgeEnd(world);
  return {
    operations: new Set(tally.accepted).size,
    steps: await countSteps(world),
    faults,
    recoveries,
    tally,
    violations: [
      ...violations,
      ...tally.internalErrors.map((each) => `answered ${each}`),
      ...unrest,
      ...judged,
      ...left,
    ],
  };
}

async function strike(
  world: ChaosWorld,
  { seed, minutes, say }: ChaosPlan,
): Promise<Pick<ChaosReport, 'recoveries' | 'violations'> & { readonly faults: Map<string, number> }> {
  const dice = diceOf(seed);
  const faults = new Map<string, number>();
  const recoveries: number[] = [];
  const violations: string[] = [];
  const possible = FAULTS.filter((fault) => fault.lacks?.(world) === undefined);
  const until = performance.now() + minutes * 60_000;
  for (let turn = 0; performance.now() < until; turn += 1) {
    await delay(PAUSE_MS.least + dice.below(PAUSE_MS.more));
    const fault = nextFault(possible, turn, dice);
    try {
      await fault.strike(world, dice);
      faults.set(fault.name, (faults.get(fault.name) ?? 0) + 1);
    } catch (error) {
      // What should break was broken already, by the fault before.
      say(`  ${fault.name}: did not come to it, ${String(error)}`);
    }
    await world.services.revivePostgres();
    await world.raiseTheDead();
    try {
      const leases = await recoveryOf(world);
      if (leases !== undefined) recoveries.push(leases);
      say(`  ${fault.name}${leases === undefined ? '' : `: goes on after ${leases.toFixed(2)} leases`}`);
    } catch (error) {
      violations.push(`after "${fault.name}": ${String(error)}`);
      say(`  ${violations.at(-1)}`);
    }
  }
  return { faults, recoveries, violations };
}

/** Each once in the order of the seed before any comes twice. */
function nextFault(possible: readonly FaultKind[], turn: number, dice: Dice): FaultKind {
  const first = shuffled.get(possible) ?? shuffle(possible, dice);
  shuffled.set(possible, first);
  return first[turn] ?? dice.pick(possible);
}

const shuffled = new WeakMap<readonly FaultKind[], readonly FaultKind[]>();

function shuffle<Item>(items: readonly Item[], dice: Dice): readonly Item[] {
  return items
    .map((item) => ({ item, key: dice.below(1_000_000) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

async function countSteps({ cloud }: ChaosWorld): Promise<number> {
  const row = await cloud.database.session(async (session) =>
    session.first<{ n: number }>(`SELECT count(*)::int AS n FROM action WHERE outcome = 'done'`),
  );
  return row?.n ?? 0;
}
