/** Everything at once, by a seed: systems that change, answers that get lost, workers and services that die. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cloud, OwnServices, until, type VsysOrder, seededRandom } from '../src/index.js';
import { expectExactly, expectNothingLeft, FARM } from './use-cloud.js';

const SEED = Number(process.env['STORM_SEED'] ?? 4711);
const SYSTEMS = 3;
const ROUNDS = Number(process.env['STORM_ROUNDS'] ?? 14);
const CALM_LIMIT_MS = 90_000;
/** Simulated; a twentieth in real time. */
const UNREACHABLE_MS = 30_000;
const LOSSY = [
  'VM.clone',
  'VM.provision',
  'VM.start',
  'VM.start_on',
  'VDI.create',
  'VIF.create',
  'VM.destroy',
];

/** One step of the story. What users ask for may be refused, or its answer may be lost; both are part of the storm. */
type Deed = (storm: Storm) => Promise<unknown>;

class Storm {
  private readonly random = seededRandom(SEED);
  private names = 0;

  constructor(
    readonly cloud: Cloud,
    readonly services: OwnServices,
  ) {}

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('there is nothing to choose from');
    return item;
  }

  /** Any of the living systems. */
  async anySystem(): Promise<string> {
    return this.pick((await this.cloud.tenant.list()).toSorted((a, b) => (a.name < b.name ? -1 : 1))).id;
  }

  order(): VsysOrder {
    this.names += 1;
    return { name: `storm-${this.names}`, source: FARM, parameters: { webCount: 2 + this.below(4) } };
  }
}

const ORDERS: Readonly<Record<string, Deed>> = {
  create: async (storm) => storm.cloud.tenant.create(storm.order()),
  change: async (storm) => storm.cloud.tenant.change(await storm.anySystem(), { webCount: storm.below(7) }),
  power: async (storm) => {
    const { tenant } = storm.cloud;
    const { vservers } = await tenant.get(await storm.anySystem());
    return tenant.power(storm.pick(['start', 'stop', 'restart']), storm.pick(vservers).id);
  },
  cancel: async (storm) => {
    const id = await storm.anySystem();
    return storm.cloud.tenant.cancel(await storm.cloud.tenant.newestOperation(id));
  },
  delete: async (storm) => storm.cloud.tenant.delete(await storm.anySystem()),
};

const BLOWS: Readonly<Record<string, Deed>> = {
  'kill a worker': async ({ cloud }) => {
    const owner = await cloud.owner();
    await owner.kill();
    await owner.start();
  },
  'kill the API': async ({ cloud }) => {
    await cloud.api.kill();
    await cloud.startApi();
  },
  'empty Redis': async ({ services }) => services.emptyRedis(),
  'crash PostgreSQL': async ({ services }) => services.crashPostgres(),
  'halt a server': async (storm) => {
    const { vms } = await storm.cloud.objects();
    const vm = storm.pick(vms.filter(({ powerState }) => powerState === 'Running')).name;
    return storm.cloud.simulator.change({ change: 'vm-power', vm, state: 'Halted' });
  },
  'make the pool unreachable': async ({ cloud }) =>
    cloud.simulator.change({ change: 'unreachable', ms: UNREACHABLE_MS }),
  'fill the storage for a moment': async ({ cloud }) => {
    await cloud.simulator.change({ change: 'sr-full', sr: 'nfs-1' });
    await cloud.simulator.change({ change: 'sr-normal', sr: 'nfs-1' });
  },
  'drop sessions': async ({ cloud }) => cloud.simulator.change({ change: 'drop-sessions' }),
  'restart the toolstack': async ({ cloud }) => cloud.simulator.change({ change: 'restart' }),
};

/** Begins two deeds at once and waits for both; the work that they cause goes on. */
async function round(storm: Storm, log: string[]): Promise<void> {
  const [order, ask] = storm.pick(Object.entries(ORDERS));
  const [blow, strike] = storm.pick(Object.entries(BLOWS));
  await raiseTheDead(storm.cloud);
  const [answer] = await Promise.allSettled([ask(storm), strike(storm)]);
  log.push(`${order}: ${answer.status === 'rejected' ? String(answer.reason) : 'accepted'}; ${blow}`);
}

/** What a supervisor of processes does: a worker that finds no database when it starts gives up. */
async function raiseTheDead({ workers }: Cloud): Promise<void> {
  const dead = workers.filter(({ isRunning }) => !isRunning);
  await Promise.all(dead.map(async (worker) => worker.start()));
}

/** Every system is as wanted. One whose deletion was cancelled waits for a person, who has it deleted after all. */
async function isCalm(cloud: Cloud): Promise<boolean> {
  await raiseTheDead(cloud);
  const systems = await cloud.tenant.list();
  for (const { id } of systems.filter(({ phase }) => phase === 'needs-attention')) {
    expect((await cloud.tenant.get(id)).problem).toMatchObject({ code: 'cancelled' });
    await cloud.tenant.delete(id);
  }
  return systems.every(({ phase }) => phase === 'ready');
}

describe('a storm', () => {
  let services: OwnServices;
  let cloud: Cloud;
  beforeAll(async () => {
    services = await OwnServices.start();
    const { databaseUrl, redisUrl } = services;
    cloud = await Cloud.start({ databaseUrl, redisUrl, workers: 2 });
  });
  afterAll(async () => {
    await cloud.stop();
    await services.stop();
  });

  it('ends with exactly what was wanted last, and then with nothing', async () => {
    const { tenant, simulator } = cloud;
    const storm = new Storm(cloud, services);
    const log: string[] = [`seed ${SEED}`];
    for (const method of LOSSY)
      await simulator.addFault({ method, probability: 0.1, effect: { kind: 'lose-answer' } });
    for (let n = 0; n < SYSTEMS; n += 1) await tenant.create(storm.order());
    for (let n = 0; n < ROUNDS; n += 1) await round(storm, log);
    await until(async () => simulator.clearFaults().then(() => true), { for: 'the pool', limitMs: 10_000 });

    await until(async () => isCalm(cloud), { for: `calm after ${log.join('\n')}`, limitMs: CALM_LIMIT_MS });
    const living = (await tenant.list()).map(({ id }) => id);
    await expectExactly(cloud, ...living);

    const deletions = await Promise.all(living.map(async (id) => tenant.delete(id)));
    for (const { operation } of deletions)
      expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded' });
    await expectNothingLeft(cloud);
  }, 240_000);
});
