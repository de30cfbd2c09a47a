/** A worker in this process against a real PostgreSQL, a real Redis and a simulated pool behind real sockets. */
import { NestFactory } from '@nestjs/core';
import { loadWorkerConfig } from '@openvsys/config';
import { createLogger } from '@openvsys/observability';
import {
  Database,
  insertOperation,
  insertVsys,
  lockVsys,
  insertGeneration,
  SecretBox,
  seedDemo,
  type SeededDemo,
} from '@openvsys/persistence';
import { useTestDatabase, useTestRedis } from '@openvsys/testing';
import {
  contractId,
  nicIdOf,
  operationId,
  Scope,
  vdiskIdOf,
  vnetIdOf,
  vserverIdOf,
  vsysIdOf,
  type FailurePolicy,
  type OperationId,
  type SrUuid,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import { startSimServer, type SimServer, type SimServerOptions } from '@openvsys/xcp-sim';
import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll } from 'vitest';
import { nestLog } from '../src/nest-log.js';
import { WORKER, WorkerModule } from '../src/worker.module.js';
import type { Worker } from '../src/worker.js';

const SECRET_KEY = Buffer.alloc(32, 5);

export interface OperationRow {
  readonly state: string;
  readonly steps_done: number;
  readonly steps_total: number;
  readonly error: { readonly code: string } | null;
}

export interface World {
  readonly database: Database;
  readonly sim: SimServer;
  readonly demo: SeededDemo;
  readonly redisUrl: string;
  /** Settings of a worker of this world. */
  readonly environment: Readonly<Record<string, string>>;
  startWorker(id: string, settings?: Readonly<Record<string, string>>): Promise<Worker>;
}

/** Registers set-up and tear-down; `world()` answers from `beforeAll` on. */
export function useWorld(simOptions: Partial<SimServerOptions> = {}): () => World {
  const test = useTestDatabase();
  const redis = useTestRedis();
  const cleanup: (() => Promise<void>)[] = [];
  let world: World | undefined;
  beforeAll(async () => {
    const database = await Database.connect({ url: test.url });
    await database.migrate();
    const sim = await startSimServer({ seed: 7, ...simOptions });
    cleanup.push(
      async () => await database.close(),
      async () => await sim.close(),
    );
    const demo = await seedDemo(database, {
      secrets: new SecretBox(SECRET_KEY),
      pool: {
        urls: sim.hosts.map(({ url }) => url),
        username: 'root',
        password: 'secret',
        certificateFingerprint: null,
      },
      descriptors: [],
      at: new Date(),
    });
    const environment = {
      DATABASE_URL: test.url,
      REDIS_URL: redis.url,
      SECRET_KEY: SECRET_KEY.toString('base64'),
      METRICS_PORT: '0',
      LEASE_SECONDS: '3',
      SWEEP_SECONDS: '1',
    };
    const startWorker = async (id: string, settings: Readonly<Record<string, string>> = {}) => {
      const { worker, close } = await bootWorker({ ...environment, WORKER_ID: id, ...settings });
      cleanup.unshift(close);
      return worker;
    };
    world = { database, sim, demo, redisUrl: redis.url, environment, startWorker };
  });
  afterAll(async () => {
    for (const clean of cleanup) await clean();
  });
  return () => {
    if (world === undefined) throw new Error('the world exists from beforeAll on');
    return world;
  };
}

async function bootWorker(
  environment: Record<string, string>,
): Promise<{ worker: Worker; close: () => Promise<void> }> {
  const config = loadWorkerConfig(environment);
  const log = createLogger({ name: 'worker', level: 'silent' });
  const app = await NestFactory.createApplicationContext(WorkerModule.from(config, log), {
    logger: nestLog(log),
    abortOnError: false,
  });
  const worker = app.get<Worker>(WORKER);
  await worker.start();
  const close = async () => {
    await worker.stop();
    await app.close();
  };
  return { worker, close };
}

/** Servers with a NIC each in one VNet, and a data disk on the last. */
export function smallSystem(servers: number, sr: SrUuid, vlan: number): VsysSpec {
  const vsysId = vsysIdOf(contractId('DEMO0001'), randomUUID().slice(0, 8).toUpperCase().padEnd(9, 'X'));
  const net = vnetIdOf(vsysId, 'dmz');
  const numbers = Array.from({ length: servers }, (_, i) => i + 1);
  const tail = (n: number) => `${vlan.toString(16).padStart(4, '0')}${n.toString(16).padStart(2, '0')}`;
  return {
    vsysId,
    name: `small-${vlan}`,
    generation: 1,
    presence: 'present',
    nets: [{ id: net, name: 'dmz', vlan, cidr: '10.1.0.0/24' }],
    servers: numbers.map((n) => {
      const id = vserverIdOf(vsysId, n);
      const mac = `02:6f:76:${tail(n).match(/../g)?.join(':') ?? ''}`;
      return {
        id,
        name: `web-${n}`,
        role: 'web',
        kind: 'server',
        type: 'S',
        vcpus: 1,
        memoryMiB: 1024,
        image: 'debian-13',
        systemDiskGiB: 4,
        power: 'running',
        restarts: 0,
        startOrder: n === 1 ? 0 : 10,
        nics: [{ id: nicIdOf(id, 0), device: 0, net, mac, ipv4: `10.1.0.${n + 10}` }],
        guestData: { role: 'web' },
      };
    }),
    disks: [{ id: vdiskIdOf(vsysId, 1), name: 'data', sizeGiB: 5, sr, server: vserverIdOf(vsysId, servers) }],
    publicIps: [],
  };
}

/** As the API admits it: spec, parts, operation and notification in one transaction. */
export async function admit(
  world: World,
  spec: VsysSpec,
  onFailure: FailurePolicy = 'rollback',
): Promise<OperationId> {
  const { database, demo } = world;
  const id = operationId(uuidv7());
  const at = new Date();
  const numbers = { server: spec.servers.length, disk: spec.disks.length, publicIp: spec.publicIps.length };
  const common = { design: {}, descriptor: null, descriptorVersionId: null, parameters: {}, numbers, at };
  const generation = { ...common, spec, operationId: null };
  await database.transaction(async (session) => {
    if (spec.generation === 1) {
      const { organizationId, vdcId, poolId } = demo;
      await insertVsys(session, { ...generation, phase: 'provisioning', organizationId, vdcId, poolId });
    } else {
      const scope = Scope.of({
        actor: 'test',
        organizationId: demo.organizationId,
        roles: ['org-admin'],
        vdcIds: null,
      });
      const locked = await lockVsys(session, scope, spec.vsysId);
      await insertGeneration(session, locked, { ...generation, phase: 'changing' });
    }
    const operation = {
      id,
      organizationId: demo.organizationId,
      vsysId: spec.vsysId,
      kind: 'vsys.create',
      onFailure,
      generation: spec.generation,
      requestId: null,
      requestedBy: null,
      stepsTotal: 0,
      createdAt: at,
    };
    await insertOperation(session, operation, { id: uuidv7(), vsysName: spec.name });
  });
  return id;
}

export async function firstSr({ database, demo }: World): Promise<SrUuid> {
  return await eventually(async () => {
    const rows = await database.session(
      async (session) =>
        await session.rows<{ uuid: SrUuid }>('SELECT uuid FROM pool_sr WHERE pool_id = $1', [demo.poolId]),
    );
    return rows[0]?.uuid;
  });
}

/** Waits until the operation has ended; answers its row. */
export async function ended({ database }: World, id: OperationId): Promise<OperationRow> {
  return await eventually(async () => {
    const row = await database.session(
      async (session) =>
        await session.first<OperationRow>(
          'SELECT state, steps_done, steps_total, error FROM operation WHERE id = $1',
          [id],
        ),
    );
    return row !== undefined && ['succeeded', 'failed', 'cancelled'].includes(row.state) ? row : undefined;
  });
}

/** Looks again and again until there is an answer; fails after a while. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  limitMs = 30_000,
): Promise<T> {
  const until = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`nothing came within ${limitMs} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, 25);
    });
  }
}

export interface PoolObjects {
  readonly vms: number;
  readonly running: number;
  readonly disks: number;
  readonly networks: number;
}

/** What the pool itself says of our system: VMs, disks and networks that carry its tag. */
export function objectsOf({ sim }: World, vsys: VsysId): PoolObjects {
  const ours = (cls: string) => sim.pool.db.rows(cls).filter((row) => isOf(row.get('other_config'), vsys));
  const vms = ours('VM');
  return {
    vms: vms.length,
    running: vms.filter((vm) => vm.get('power_state') === 'Running').length,
    disks: ours('VDI').length,
    networks: ours('network').length,
  };
}

function isOf(otherConfig: unknown, vsys: VsysId): boolean {
  return typeof otherConfig === 'object' && otherConfig !== null && Object.values(otherConfig).includes(vsys);
}
