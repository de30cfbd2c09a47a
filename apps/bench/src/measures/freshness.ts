/**
 * P13: how fresh the picture of a pool with 10,000 VMs is. Filling the driver's cache anew against one read of the same
 * classes by a client that keeps nothing; and the time from a change in the pool to its visibility in our API against the
 * time in which the pool delivers the event to such a client.
 *
 *   pause of a server         ──► event at another client (delivery)
 *                             └─► worker ──► database ──► GET /v1/events tells of it (visible)
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createXcpHypervisor, type XcpPool } from '@openvsys/xcp-driver';
import { atMost, type Measure, type Result } from '../measure.js';
import { percentile } from '../statistics.js';
import { deploy } from '../world/deployment.js';
import { PoolSession } from '../world/pool-session.js';
import { World } from '../world/world.js';

const FLEET = '16x10000x40000';
/** What the driver's cache holds; the bulk read asks for the same. */
const CLASSES = ['VM', 'VDI', 'VBD', 'VIF', 'network', 'PIF', 'SR', 'PBD', 'host', 'host_metrics', 'pool'];
const RESYNCS = 5;
const CHANGES = 100;
const LOOK_EVERY_MS = 2;
const LIMIT_MS = 60_000;
const MIB = 2 ** 20;
/** What a worker may spend on the picture of one large pool, MiB. */
const CACHE_BOUND_MIB = 256;

export const freshness: Measure = {
  id: 'P13',
  title: 'filling the cache ÷ one bulk read; pool event to API ÷ event delivery, 10,000 VMs',
  async run({ servers, say }) {
    say(`a pool of ${FLEET}`);
    const pool = { profile: 'default-nfs', timeScale: 1, hosts: 16, fleet: FLEET };
    const world = await World.open(servers, { pool, workers: 1 });
    try {
      const fill = await measureFill(world, say);
      return [...fill, await measureEvents(world, say)];
    } finally {
      await world.close();
    }
  },
};

async function measureFill({ pool }: World, say: (text: string) => void): Promise<readonly Result[]> {
  const url = pool.urls[0] ?? '';
  const session = await PoolSession.open(url, pool.password);
  const reads: number[] = [];
  const fills: number[] = [];
  let bytes = 0;
  let heapMiB = 0;
  for (let round = 0; round <= RESYNCS; round += 1) {
    const read = await session.bulkRead(CLASSES);
    const before = heapInUse();
    const driver = driverFor(url, pool.password);
    const began = performance.now();
    // Not a signal with a time limit: its timer would keep the driver in memory after it was closed.
    await driver.open(new AbortController().signal);
    const took = performance.now() - began;
    const grown = (heapInUse() - before) / MIB;
    await driver.close();
    // The first round warms up both sides; only its heap is free of what drivers before it left to be collected.
    if (round === 0) {
      heapMiB = grown;
      continue;
    }
    reads.push(read.ms);
    fills.push(took);
    bytes = read.bytes;
    say(`bulk read ${read.ms.toFixed(0)} ms, cache filled in ${took.toFixed(0)} ms`);
  }
  await session.close();
  const conditions = `${FLEET} (hosts x VMs x disks), best of ${RESYNCS} in turns, log-in included; answer of ${(bytes / MIB).toFixed(0)} MiB`;
  return [
    atMost(1.5, {
      name: 'P13 filling the cache ÷ one bulk read',
      measured: Math.min(...fills) / Math.min(...reads),
      limit: 1,
      conditions: `${conditions}; ${Math.min(...fills).toFixed(0)} ms against ${Math.min(...reads).toFixed(0)} ms`,
    }),
    atMost(CACHE_BOUND_MIB, {
      name: 'P13 memory of the cache, MiB',
      measured: heapMiB,
      limit: 0,
      conditions: `${conditions}; heap after collection`,
    }),
  ];
}

function driverFor(url: string, password: string): XcpPool {
  return createXcpHypervisor({ urls: [url], username: 'root', password, originator: 'bench-driver' });
}

let collect: (() => void) | undefined;

function heapInUse(): number {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  return process.memoryUsage().heapUsed;
}

async function measureEvents(world: World, say: (text: string) => void): Promise<Result> {
  const tenant = await world.startApi();
  const { admitted } = await deploy(world, tenant, { name: 'fresh', descriptor: { name: '1-tier' } });
  const server = await serverOf(world, admitted.vsysId);
  const session = await PoolSession.open(world.pool.urls[0] ?? '', world.pool.password);
  const [vm] = (await session.call('VM.get_by_name_label', server)) as readonly string[];
  if (vm === undefined) throw new Error(`the pool has no ${server}`);
  const api = new ServerNews(tenant.url, tenant.token, { vsysId: admitted.vsysId, server });
  const delivered: number[] = [];
  const visible: number[] = [];
  let { token } = await session.events([`VM/${vm}`], '');
  say(`${CHANGES} changes by somebody else`);
  for (let change = 0; change < CHANGES; change += 1) {
    await settled(session, vm);
    const known = await api.untilRunning();
    ({ token } = await session.events([`VM/${vm}`], ''));
    const began = performance.now();
    let isDone = false;
    const told = untilTold(session, { vm, token }, () => isDone).then(() => performance.now() - began);
    const shown = api.untilNewer(known).then(() => performance.now() - began);
    await session.call('VM.pause', vm);
    isDone = true;
    delivered.push(await told);
    visible.push(await shown);
  }
  await session.close();
  const [theirs, ours] = [percentile(delivered, 0.99), percentile(visible, 0.99)];
  return atMost(2, {
    name: 'P13 pool event to API ÷ event delivery, p99',
    measured: ours / theirs,
    limit: 1,
    conditions: `${FLEET}, ${CHANGES} pauses of a server by somebody else; ${ours.toFixed(0)} ms against ${theirs.toFixed(0)} ms (medians ${percentile(visible, 0.5).toFixed(0)} and ${percentile(delivered, 0.5).toFixed(0)} ms), API asked every ${LOOK_EVERY_MS} ms`,
  });
}

/**
 * Follows the events of one VM until one tells of the pause: it shows the VM paused, or comes after the pause was done,
 * since the pool tells only the newest of several changes and we let the VM go on at once.
 */
async function untilTold(
  session: PoolSession,
  from: { readonly vm: string; readonly token: string },
  isDone: () => boolean,
): Promise<void> {
  let { token } = from;
  for (;;) {
    const batch = await session.events([`VM/${from.vm}`], token);
    token = batch.token;
    const isPaused = batch.events.some(
      ({ snapshot }) => (snapshot as { power_state?: string } | undefined)?.power_state === 'Paused',
    );
    if (isPaused || (isDone() && batch.events.length > 0)) return;
  }
}

/** Waits until nothing is being done with the VM any more. */
async function settled(session: PoolSession, vm: string): Promise<void> {
  for (;;) {
    const running = (await session.call('VM.get_power_state', vm)) === 'Running';
    const busy = Object.keys((await session.call('VM.get_current_operations', vm)) as object).length > 0;
    if (running && !busy) return;
    await delay(10);
  }
}

async function serverOf({ database }: World, vsysId: string): Promise<string> {
  const row = await database.session(async (session) =>
    session.first<{ id: string }>(
      `SELECT id FROM vserver WHERE vsys_id = $1 AND kind = 'server' ORDER BY id LIMIT 1`,
      [vsysId],
    ),
  );
  if (row === undefined) throw new Error('the system has no server');
  return row.id;
}

interface ServerEvent {
  readonly id: string;
  readonly resource: string;
  readonly type: string;
}

/** What our API tells of one server. */
class ServerNews {
  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly about: { readonly vsysId: string; readonly server: string },
  ) {}

  /** The id of the event that says that it runs. */
  async untilRunning(): Promise<string> {
    return (await this.until(({ type }) => type === 'vserver.running')).id;
  }

  async untilNewer(than: string): Promise<void> {
    await this.until(({ id }) => id > than);
  }

  private async until(isIt: (newest: ServerEvent) => boolean): Promise<ServerEvent> {
    const deadline = performance.now() + LIMIT_MS;
    for (;;) {
      const newest = await this.newest();
      if (newest !== undefined && isIt(newest)) return newest;
      if (performance.now() > deadline) throw new Error(`the last of the server is ${newest?.type}`);
      await delay(LOOK_EVERY_MS);
    }
  }

  private async newest(): Promise<ServerEvent | undefined> {
    const answer = await fetch(`${this.url}/v1/events?vsys=${this.about.vsysId}&limit=10`, {
      headers: { Authorization: `Bearer ${this.token}` },
    });
    const { items } = (await answer.json()) as { items: readonly ServerEvent[] };
    return items.find(({ resource }) => resource === this.about.server);
  }
}
