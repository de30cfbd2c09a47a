/**
 * P4: XenAPI calls made for deployments against those that are needed (calls/needed-calls.ts), and questions asked about
 * the pool's state while its events tell it anyway: during the deployments and for a while after them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Action, VServerId } from '@openvsys/vsys';
import { isEventRead, isPoll, isSessionCall, type LoggedCall } from '../calls/call-log.js';
import { neededCalls, type TemplateFacts } from '../calls/needed-calls.js';
import { atMost, type Measure } from '../measure.js';
import { deploy, readSpec } from '../world/deployment.js';
import type { PoolRow } from '../world/simulated-pool.js';
import type { Order } from '../world/tenant.js';
import { World } from '../world/world.js';

const ORDERS: readonly Order[] = [
  { name: 'shop', descriptor: { name: 'three-tier' } },
  { name: 'farm', descriptor: { name: 'web-farm' }, parameters: { count: 20 } },
];
const TIME_SCALE = 10;
const HOSTS = 3;
const IDLE_MS = 3_000;

export const callEconomy: Measure = {
  id: 'P4',
  title: 'XenAPI calls ÷ calls needed; polling calls',
  async run({ servers, say }) {
    const pool = { profile: 'default-nfs', timeScale: TIME_SCALE, hosts: HOSTS };
    const world = await World.open(servers, { pool, workers: 1 });
    try {
      const tenant = await world.startApi();
      const log: LoggedCall[] = [];
      let needed = 0;
      for (const order of ORDERS) {
        say(`deploying ${order.name} at time scale ${TIME_SCALE}`);
        const done = await deploy(world, tenant, order);
        log.push(...done.log);
        needed += await neededFor(world, done.admitted.vsysId);
      }
      const idle = await callsWhileIdle(world);
      const issued = log.filter((call) => !isEventRead(call) && !isSessionCall(call)).length;
      const polls = [...log, ...idle].filter(isPoll);
      const conditions = `three-tier and web-farm with 20 servers, ${HOSTS} hosts, time scale ${TIME_SCALE}`;
      const reads = log.filter(isEventRead).length;
      return [
        atMost(1.1, {
          name: 'P4 XenAPI calls ÷ needed',
          measured: issued / needed,
          limit: 1,
          conditions: `${conditions}; ${issued} calls for ${needed} needed, and ${reads} reads of the event stream`,
        }),
        atMost(0, {
          name: 'P4 polling calls',
          measured: polls.length,
          limit: 0,
          conditions: `${conditions}, and ${IDLE_MS / 1000} s of rest with ${idle.length} calls${namesOf(polls)}`,
        }),
      ];
    } finally {
      await world.close();
    }
  },
};

async function callsWhileIdle({ pool }: World): Promise<readonly LoggedCall[]> {
  const from = await pool.position();
  await delay(IDLE_MS);
  const { calls } = await pool.readLog(from);
  return calls.filter((call) => !isEventRead(call));
}

function namesOf(polls: readonly LoggedCall[]): string {
  return polls.length === 0 ? '' : `; asked: ${[...new Set(polls.map(({ method }) => method))].join(', ')}`;
}

async function neededFor(world: World, vsysId: string): Promise<number> {
  const spec = await readSpec(world, vsysId);
  const templates = await readTemplates(world);
  const imageOf = new Map<VServerId, string>(spec.servers.map(({ id, image }) => [id, image]));
  const rows = await world.database.session(async (session) =>
    session.rows<{ action: Action }>(
      `SELECT DISTINCT ON (key) action FROM action WHERE vsys_id = $1 AND outcome = 'done'`,
      [vsysId],
    ),
  );
  return neededCalls(
    rows.map(({ action }) => action),
    (server) => templates.get(imageOf.get(server) ?? ''),
  );
}

const MEMORY_LIMITS = [
  'memory_static_min',
  'memory_dynamic_min',
  'memory_dynamic_max',
  'memory_static_max',
] as const;

async function readTemplates({ pool }: World): Promise<ReadonlyMap<string, TemplateFacts>> {
  const vms = await pool.readTable('VM');
  const vbds = await pool.readTable('VBD');
  const disksOf = (vm: PoolRow): number =>
    vbds.filter((vbd) => vbd['VM'] === vm.ref && vbd['type'] === 'Disk').length;
  return new Map(
    vms
      .filter((vm) => vm['is_a_template'] === true)
      .map((vm) => [
        String(vm['name_label']),
        {
          vcpus: Number(vm['VCPUs_max']),
          memoryLimits: MEMORY_LIMITS.map((field) => Number(vm[field])),
          disks: disksOf(vm),
        },
      ]),
  );
}
