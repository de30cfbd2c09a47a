/** What goes wrong. Each fault is over when it resolves; what it did to the installation goes on. */
import { setTimeout as delay } from 'node:timers/promises';
import { LEASE_SECONDS } from '../cloud/cloud.js';
import type { ChaosWorld } from './chaos-world.js';
import type { WorkerNetworks } from './worker-networks.js';

export interface Dice {
  /** From 0 to below `limit`. */
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export interface FaultKind {
  readonly name: string;
  /** Undefined: this machine can do it. */
  lacks?(world: ChaosWorld): string | undefined;
  strike(world: ChaosWorld, dice: Dice): Promise<void>;
}

const LEASE_MS = LEASE_SECONDS * 1_000;
/** Simulated; the toolstack of a pool that everybody has lost. */
const UNREACHABLE_MS = 30_000;
/** More than any lease and any patience of a protocol, less than what the metering distrusts at once. */
const CLOCK_JUMPS_SECONDS = [-240, -30, 30, 240] as const;

/** Short, or longer than a lease: then another worker must take over meanwhile. */
const someTime = async (dice: Dice): Promise<void> => delay(dice.pick([0.3, 1.5, 2.5]) * LEASE_MS);

/** TCP gets on with that, badly. */
const LOST_PERCENT = 33;

function lacksNetworks({ networks }: ChaosWorld): string | undefined {
  return networks === undefined ? 'no namespaces' : undefined;
}

/** Only the owner's: the other worker takes over, and the owner must notice that it is the owner no longer. */
async function ownersNetwork(
  { cloud, networks }: ChaosWorld,
  dice: Dice,
  hurt: (networks: WorkerNetworks, owner: number) => Promise<void>,
): Promise<void> {
  if (networks === undefined) throw new Error('no namespaces');
  const owner = await cloud.owner();
  await hurt(networks, cloud.workers.indexOf(owner) + 1);
  await someTime(dice);
  await networks.mend();
}

export const FAULTS: readonly FaultKind[] = [
  {
    name: 'the worker that owns the pool is killed',
    strike: async ({ cloud }) => {
      const owner = await cloud.owner();
      await owner.kill();
      await owner.start();
    },
  },
  {
    name: 'all workers are killed',
    strike: async ({ cloud }) => {
      await Promise.all(cloud.workers.map(async (worker) => (worker.isRunning ? worker.kill() : undefined)));
      await Promise.all(cloud.workers.map(async (worker) => worker.start()));
    },
  },
  {
    name: 'the API is killed',
    strike: async ({ cloud }) => {
      if (cloud.api.isRunning) await cloud.api.kill();
      await cloud.api.start();
    },
  },
  {
    name: 'the owner is frozen for longer than its lease and then goes on',
    strike: async ({ cloud }, dice) => {
      const owner = await cloud.owner();
      await owner.signal('SIGSTOP');
      await delay(dice.pick([1.5, 2.5]) * LEASE_MS);
      await owner.signal('SIGCONT');
    },
  },
  { name: 'Redis forgets everything', strike: async ({ services }) => services.emptyRedis() },
  {
    name: 'Redis is away',
    strike: async ({ services }, dice) => {
      await services.stopRedis();
      await someTime(dice);
      await services.startRedis();
    },
  },
  { name: 'PostgreSQL crashes', strike: async ({ services }) => services.crashPostgres() },
  { name: 'PostgreSQL throws everybody out', strike: async ({ services }) => services.cutConnections() },
  {
    name: 'the line from workers to the database is cut',
    strike: async ({ toDatabase }, dice) => {
      toDatabase.cut();
      await someTime(dice);
      toDatabase.mend();
    },
  },
  {
    name: 'the line from workers to the database is silent',
    strike: async ({ toDatabase }, dice) => {
      toDatabase.hush();
      await someTime(dice);
      toDatabase.mend();
    },
  },
  {
    name: 'the lines to the pool are cut',
    strike: async ({ toPool }, dice) => {
      for (const line of toPool) line.cut();
      await someTime(dice);
      for (const line of toPool) line.mend();
    },
  },
  {
    name: 'the lines to the pool are silent',
    strike: async ({ toPool }, dice) => {
      for (const line of toPool) line.hush();
      await someTime(dice);
      for (const line of toPool) line.mend();
    },
  },
  {
    name: 'packets from the owner to the database vanish',
    lacks: lacksNetworks,
    strike: async (world, dice) =>
      ownersNetwork(world, dice, async (networks, owner) => networks.drop(owner, [world.toDatabase.port])),
  },
  {
    name: 'packets from the owner to the pool vanish',
    lacks: lacksNetworks,
    strike: async (world, dice) =>
      ownersNetwork(world, dice, async (networks, owner) =>
        networks.drop(
          owner,
          world.toPool.map(({ port }) => port),
        ),
      ),
  },
  {
    name: "the owner's network card is down",
    lacks: lacksNetworks,
    strike: async (world, dice) =>
      ownersNetwork(world, dice, async (networks, owner) => networks.unplug(owner)),
  },
  {
    name: 'a third of the packets of the owner vanish',
    lacks: lacksNetworks,
    strike: async (world, dice) =>
      ownersNetwork(world, dice, async (networks, owner) => networks.lose(owner, LOST_PERCENT)),
  },
  {
    name: 'another host becomes the coordinator',
    strike: async ({ cloud }, dice) => cloud.simulator.change({ change: 'master', host: dice.below(3) }),
  },
  {
    name: 'the toolstack of the pool restarts',
    strike: async ({ cloud }) => cloud.simulator.change({ change: 'restart' }),
  },
  {
    name: 'the pool ends all sessions',
    strike: async ({ cloud }) => cloud.simulator.change({ change: 'drop-sessions' }),
  },
  {
    name: 'the pool is unreachable',
    strike: async ({ cloud }) => cloud.simulator.change({ change: 'unreachable', ms: UNREACHABLE_MS }),
  },
  {
    name: 'the disk of the database is full',
    lacks: ({ disk }) => (disk === undefined ? 'no small disk' : undefined),
    strike: async ({ disk, services }, dice) => {
      await disk?.fill();
      await someTime(dice);
      await disk?.empty();
      await services.revivePostgres();
    },
  },
  {
    name: 'the clocks of the workers jump',
    lacks: ({ clock }) => (clock === undefined ? 'no libfaketime' : undefined),
    strike: async ({ clock }, dice) => {
      await clock?.bend(dice.pick(CLOCK_JUMPS_SECONDS));
      await someTime(dice);
      await clock?.bend(0);
    },
  },
];
