/**
 * P11 and what belongs to it: one tenant has ten thousand operations queued. How long do deployments of a small tenant take
 * beside them, how long does the API take to accept something, what do API and worker hold in memory, what is answered when
 * limits are hit, and does all of it end by itself?
 */
import { Client } from 'pg';
import { Agent } from 'undici';
import { atMost, type Measure, type Result } from '../measure.js';
import { percentile } from '../statistics.js';
import { MemoryWatch, type MemorySeen } from '../world/memory-watch.js';
import { countQueued, queueOperations, wakeAll } from '../world/queued-operations.js';
import { RowCopies } from '../world/row-copies.js';
import { addSecondTenant } from '../world/second-tenant.js';
import type { Servers } from '../world/servers.js';
import type { Tenant } from '../world/tenant.js';
import { timedPost } from '../world/timed-post.js';
import { World } from '../world/world.js';
import { floodWithRequests, untilNothingIsQueued, type Flood } from '../world/overload.js';

export interface OverloadSettings {
  /** Queued by the big tenant. */
  readonly operations: number;
  /** Of the small tenant, alone and beside the backlog each. */
  readonly deployments: number;
  /** POSTs and bare transactions, in turns, while the backlog lasts. */
  readonly samples: number;
  /** POSTs of the big tenant as fast as it can, more than it may. */
  readonly flood: number;
  readonly requestsPerMinute: number;
}

const USUAL: OverloadSettings = {
  operations: 10_000,
  deployments: 5,
  samples: 200,
  flood: 400,
  requestsPerMinute: 300,
};
const TIME_SCALE = 4;
/** When everything was measured the rest is worked off at this speed: it is as much work for us in less time. */
const DRAIN_TIME_SCALE = 100;
const DEPLOY_LIMIT_MS = 600_000;
/** Beside the backlog a lane of its own: see `RowCopies`. */
const LANE = 15;

const document = (name: string, parts: string): string =>
  `apiVersion: openvsys/v1\nkind: VsysDescriptor\nmetadata: { name: ${name}, version: 1.0.0 }\n${parts}`;
/** The big tenant's: one disk. Each takes a slot of the storage, and nothing else of the pool. */
const DISK = document('disk', 'vnets: {}\nvservers: {}\nvdisks:\n  data: { size: 1 }\n');
/** The small tenant's: one server in one network. */
const SERVER = document(
  'server',
  `vnets:\n  net: { cidr: 10.0.0.0/24 }\nvservers:\n  only: { type: standard.small, image: debian-13, nics: [{ vnet: net }] }\n`,
);
/** What is posted to measure the API: hardly any work for the pool. */
const NET = document('net', 'vnets:\n  net: { cidr: 10.0.0.0/24 }\nvservers: {}\n');

export interface OverloadFindings {
  readonly aloneMs: readonly number[];
  readonly besideMs: readonly number[];
  readonly queuedAfterwards: number;
  readonly posts: readonly number[];
  readonly transactions: readonly number[];
  readonly flood: Flood;
  readonly api: MemorySeen;
  readonly worker: MemorySeen;
  readonly drainSeconds: number;
  readonly failed: number;
  readonly recoveredMs: number;
}

export const overload: Measure = {
  id: 'P11',
  title: 'a small tenant beside 10,000 queued operations of another one',
  async run({ servers, say }) {
    return judge(USUAL, await measureOverload(servers, USUAL, say));
  },
};

export async function measureOverload(
  servers: Servers,
  settings: OverloadSettings,
  say: (text: string) => void,
): Promise<OverloadFindings> {
  const pool = { profile: 'default-nfs', timeScale: TIME_SCALE, hosts: 3 };
  const world = await World.open(servers, { pool, workers: 1 });
  const client = new Client({ connectionString: world.databaseUrl });
  const agent = new Agent({ connections: 64 });
  try {
    await client.connect();
    const big = await world.startApi({ REQUESTS_PER_MINUTE: String(settings.requestsPerMinute) });
    const small = await addSecondTenant(world, big.url);
    say(`${settings.deployments} deployments alone`);
    const aloneMs = await deployOften(small, 'alone', settings.deployments);
    const settled = await small.create({ name: 'model', descriptor: { source: NET } });
    await small.finish(settled.operationId, DEPLOY_LIMIT_MS);
    const bare = await RowCopies.of(client, settled.vsysId, LANE);
    await world.stopWorkers();
    say(`queueing ${settings.operations} operations`);
    const model = await big.create({ name: 'disk', descriptor: { source: DISK } });
    await queueOperations(world.databaseUrl, model.vsysId, settings.operations - 1);
    await world.startWorkers();
    const watches = [
      await MemoryWatch.start(world.apiPid),
      await MemoryWatch.start(world.workerPid),
    ] as const;
    const begun = performance.now();
    await wakeAll(client);
    say(`${settings.deployments} deployments beside ${await countQueued(client)} operations`);
    const besideMs = await deployOften(small, 'beside', settings.deployments);
    say('POSTs and bare transactions in turns');
    const { posts, transactions } = await sample(small, agent, bare, settings.samples);
    const queuedAfterwards = await countQueued(client);
    say(`${settings.flood} POSTs at once, beside ${queuedAfterwards} operations`);
    const flood = await floodWithRequests(
      big,
      agent,
      { name: 'flood', descriptor: { source: DISK } },
      settings.flood,
    );
    say(`waiting for the end of ${await countQueued(client)} operations`);
    await world.pool.setSpeed(DRAIN_TIME_SCALE);
    const failed = await untilNothingIsQueued(client, say);
    await world.pool.setSpeed(TIME_SCALE);
    const drainSeconds = (performance.now() - begun) / 1_000;
    const [recoveredMs = 0] = await deployOften(small, 'afterwards', 1);
    const [api, worker] = [watches[0].end(), watches[1].end()];
    return {
      aloneMs,
      besideMs,
      queuedAfterwards,
      posts,
      transactions,
      flood,
      api,
      worker,
      drainSeconds,
      failed,
      recoveredMs,
    };
  } finally {
    await Promise.all([client.end(), agent.close()]);
    await world.close();
  }
}

/** One after the other; from the POST to the end, ms. Throws when one does not succeed. */
async function deployOften(tenant: Tenant, name: string, count: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    const { operationId } = await tenant.create({ name: `${name}-${n}`, descriptor: { source: SERVER } });
    const { state, error } = await tenant.finish(operationId, DEPLOY_LIMIT_MS);
    if (state !== 'succeeded') throw new Error(`the deployment ${state}: ${JSON.stringify(error)}`);
    took.push(performance.now() - started);
  }
  return took;
}

/** `requestsPerMinute` of the settings allow so many at the pace of one after the other. */
async function sample(tenant: Tenant, agent: Agent, bare: RowCopies, count: number) {
  const posts: number[] = [];
  const transactions: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const { ms, status, text } = await timedPost(tenant, agent, {
      name: `net-${n}`,
      descriptor: { source: NET },
    });
    if (status !== 202) throw new Error(`POST answered ${status}: ${text}`);
    posts.push(ms);
    transactions.push(await bare.writeOnce());
  }
  return { posts, transactions };
}

/** MiB of anonymous memory; a process that has done nothing yet has 100 to 150. */
const MEMORY_BOUND_MIB = { api: 512, worker: 768 };

function judge({ operations, deployments }: OverloadSettings, found: OverloadFindings): readonly Result[] {
  const { aloneMs, besideMs, posts, transactions, flood, api, worker } = found;
  const half = (values: readonly number[]): number => percentile(values, 0.5);
  const p99 = (values: readonly number[]): number => percentile(values, 0.99);
  const conditions = `${operations} creations of one disk queued by one tenant, simulator profile default-nfs, time scale ${TIME_SCALE}, 3 hosts, one API, one worker`;
  const memory = (name: string, bound: number, { firstMiB, mostMiB, lastMiB }: MemorySeen): Result =>
    atMost(bound, {
      name: `P11 memory of the ${name}, MiB`,
      measured: mostMiB,
      limit: firstMiB,
      conditions: `${firstMiB} MiB at the begin, ${mostMiB} at most, ${lastMiB} at the end, over ${found.drainSeconds.toFixed(0)} s; ${conditions}`,
    });
  return [
    atMost(1.5, {
      name: 'P11 deployment beside the backlog ÷ alone',
      measured: half(besideMs) / half(aloneMs),
      limit: 1,
      conditions: `medians of ${deployments}: ${half(besideMs).toFixed(0)} ms against ${half(aloneMs).toFixed(0)} ms, one server; ${found.queuedAfterwards} operations were left afterwards; ${conditions}`,
    }),
    atMost(3, {
      name: 'P11 p99 of POST vsys ÷ bare transaction',
      measured: p99(posts) / p99(transactions),
      limit: 1,
      conditions: `${posts.length} each in turns while the backlog is worked off; p99 ${p99(posts).toFixed(1)} ms against ${p99(transactions).toFixed(1)} ms, median ${half(posts).toFixed(1)} ms against ${half(transactions).toFixed(1)} ms`,
    }),
    memory('API', MEMORY_BOUND_MIB.api, api),
    memory('worker', MEMORY_BOUND_MIB.worker, worker),
    atMost(0, {
      name: 'P11 refusals without Retry-After, other errors, failed operations',
      measured: flood.unclear + found.failed,
      limit: 0,
      conditions: `${flood.sent} POSTs at once: ${JSON.stringify(flood.byStatus)}; ${found.failed} operations failed`,
    }),
    atMost(1.5, {
      name: 'P11 deployment after the backlog ÷ alone',
      measured: found.recoveredMs / half(aloneMs),
      limit: 1,
      conditions: `nobody did anything; all operations had ended ${found.drainSeconds.toFixed(0)} s after they were told, the pool ${DRAIN_TIME_SCALE / TIME_SCALE} times as fast in the last part`,
    }),
  ];
}
