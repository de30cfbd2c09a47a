/** A whole API on a PostgreSQL database of its own, seeded with the demo provider; no worker, no pool, no Redis. */
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createLogger, createMetrics } from '@openvsys/observability';
import { createOutboundClient } from '@openvsys/outbound';
import {
  CapacityStore,
  Database,
  generateToken,
  insertOrganization,
  insertToken,
  insertVdc,
  openNotifications,
  PgPoolLeaseStore,
  PgProvisioningStore,
  PoolStore,
  readDescriptorFiles,
  SecretBox,
  createTextSealer,
  seedDemo,
  type SeededDemo,
} from '@openvsys/persistence';
import { SpoolFolder } from '@openvsys/spool';
import { useTestDatabase } from '@openvsys/testing';
import {
  contractId,
  hostUuid,
  organizationId,
  srUuid,
  vdcId,
  type AgentAccess,
  type Fence,
  type OrganizationId,
  type PoolCapacity,
  type PoolId,
  type Role,
  type VdcId,
  type VsysId,
} from '@openvsys/vsys';
import supertest from 'supertest';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll } from 'vitest';
import { AppModule, setUpApp } from '../src/index.js';
import { DEFAULT_FGCP_SETTINGS } from '../src/faces/fgcp/identity/fgcp-settings.js';
import type { OidcOptions } from '../src/http/oidc-tokens.js';
import type { RequestLimiter } from '../src/http/request-limiter.js';
import { RandomIds } from '../src/infrastructure/random-ids.js';
import { BusinessTime } from '../src/use-cases/clock.js';
import { OperationNewsBoard } from '../src/use-cases/operations/operation-news.js';
import { WakeUp } from '../src/use-cases/wake-up.js';

/** 64 GiB. */
export const SPOOL_LIMIT = 64 * 2 ** 30;
export const BODY_LIMIT = 512 * 1024;
const DESCRIPTORS = join(import.meta.dirname, '../../../descriptors');
const SR = srUuid('0a000000-0000-4000-8000-000000000001');

class RealTime extends BusinessTime {
  override now(): Date {
    return new Date();
  }
}

export class RecordedWakeUps extends WakeUp {
  readonly woken: VsysId[] = [];

  override wake(_pool: PoolId, vsys: VsysId): void {
    this.woken.push(vsys);
  }
}

export interface Tenant {
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly token: string;
}

export interface ApiWorld {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly demo: SeededDemo;
  readonly providerToken: string;
  readonly demoToken: string;
  /** Another organization with everything of its own. */
  readonly other: Tenant;
  readonly wakeUps: RecordedWakeUps;
  readonly store: PgProvisioningStore;
  readonly fence: Fence;
  readonly app: NestExpressApplication;
  /** What is logged, line by line. */
  readonly log: string[];
  http(): ReturnType<typeof supertest>;
  /** Requests of the demo organization's administrator. */
  as(token: string): TokenRequests;
  /** A token of the demo organization with these roles. */
  tokenWith(roles: readonly Role[], vdcIds?: readonly VdcId[]): Promise<string>;
  /** What the owner of the pool saw last. */
  seeCapacity(capacity: PoolCapacity): Promise<void>;
}

export type TokenRequests = Record<
  'get' | 'post' | 'put' | 'patch' | 'delete',
  (path: string) => supertest.Test
>;

/** Three hosts and a shared storage, all empty. */
export function emptyPool(freeMemoryMiB = 65_536): PoolCapacity {
  const host = (n: number) => ({
    uuid: hostUuid(`00000000-0000-4000-8000-00000000000${n}`),
    name: `xcp-${n}`,
    available: true,
    cpus: 16,
    memoryMiB: 65_536,
    freeMemoryMiB,
    roles: [],
  });
  const images = ['debian-13', 'ubuntu-24.04', 'openvsys-efm'];
  return {
    hosts: [host(1), host(2), host(3)],
    srs: [{ uuid: SR, name: 'nfs-1', type: 'nfs', shared: true, sizeGiB: 4_000, freeGiB: 4_000 }],
    images: images.map((name) => ({ name, sr: SR, systemDiskGiB: 4 })),
  };
}

/** Registers the world's set-up and tear-down for the calling suite. */
export function useApi(
  agents?: AgentAccess,
  requestLimiter?: RequestLimiter,
  oidc?: OidcOptions,
): () => ApiWorld {
  const { world, open, close } = lifecycle({ agents, requestLimiter, oidc });
  const database = useTestDatabase({
    name: 'api',
    build: async (url) => {
      const empty = await Database.connect({ url, poolSize: 2 });
      await empty.migrate();
      await empty.close();
    },
  });
  beforeAll(async () => open(database.url));
  afterAll(close);
  return world;
}

interface Surroundings {
  readonly agents: AgentAccess | undefined;
  readonly requestLimiter: RequestLimiter | undefined;
  readonly oidc: OidcOptions | undefined;
}

function lifecycle(surroundings: Surroundings) {
  let world: ApiWorld | undefined;
  const closers: (() => Promise<unknown>)[] = [];
  return {
    world: (): ApiWorld => {
      if (world === undefined) throw new Error('the world exists from beforeAll on');
      return world;
    },
    open: async (url: string) => {
      world = await openWorld(url, closers, surroundings);
    },
    close: async () => {
      for (const close of closers.toReversed()) await close();
    },
  };
}

async function openWorld(
  url: string,
  closers: (() => Promise<unknown>)[],
  surroundings: Surroundings,
): Promise<ApiWorld> {
  const database = await Database.connect({ url, poolSize: 12 });
  closers.push(async () => database.close());
  const secrets = new SecretBox(randomBytes(32));
  const pool = {
    urls: ['http://127.0.0.1:1'],
    username: 'root',
    password: 'canary-password',
    certificateFingerprint: null,
  };
  const descriptors = await readDescriptorFiles(DESCRIPTORS);
  const demo = await seedDemo(database, { secrets, pool, descriptors, at: new Date() });
  const { app, wakeUps, log } = await openApp(url, database, secrets, {
    closers,
    ...surroundings,
  });
  const fence = await ownPool(database, demo.poolId);
  const seeCapacity = async (capacity: PoolCapacity) =>
    new CapacityStore(database).replace(fence, capacity, new Date());
  await seeCapacity(emptyPool());
  const tokenWith = async (roles: readonly Role[], vdcIds?: readonly VdcId[]) =>
    addToken(database, demo.organizationId, roles, vdcIds ?? null);
  return {
    database,
    secrets,
    demo,
    providerToken: demo.providerToken ?? '',
    demoToken: demo.demoToken ?? '',
    other: await addTenant(database, demo.zoneId),
    wakeUps,
    store: new PgProvisioningStore(database),
    fence,
    app,
    log,
    http: () => supertest(app.getHttpServer()),
    as: (token) => requestsOf(app, token),
    tokenWith,
    seeCapacity,
  };
}

async function openApp(
  url: string,
  database: Database,
  secrets: SecretBox,
  { closers, agents, requestLimiter, oidc }: Surroundings & { readonly closers: (() => Promise<unknown>)[] },
) {
  const wakeUps = new RecordedWakeUps();
  const news = new OperationNewsBoard();
  const log: string[] = [];
  const notifications = await openNotifications({
    url,
    channels: ['openvsys_operation', 'openvsys_pool_operation', 'openvsys_efm', 'openvsys_event'],
    onNotification: ({ payload }) => news.tell(payload),
  });
  const outbound = createOutboundClient({
    namedRanges: [],
    userAgent: 'OpenVSYS',
    resolve: async (name) => await Promise.resolve([name === 'inner.example' ? '10.0.0.1' : '93.184.215.14']),
  });
  const infrastructure = {
    database,
    pools: new PoolStore(database, secrets),
    time: new RealTime(),
    ids: new RandomIds(),
    sealer: createTextSealer(secrets),
    enrolment: { find: () => agents && { ...agents, newToken: generateToken } },
    spool: {
      folder: new SpoolFolder(await mkdtemp(join(tmpdir(), 'openvsys-api-spool-'))),
      limitBytes: SPOOL_LIMIT,
      publicUrl: 'http://api.test',
    },
    wakeUp: wakeUps,
    news,
    outbound,
    metrics: createMetrics('api-test'),
    logger: createLogger({
      name: 'api',
      level: 'info',
      destination: { write: (line: string) => void log.push(line) },
    }),
    // Tests speak plain HTTP, so callers of the FGCP face are known by their signatures alone.
    fgcp: { ...DEFAULT_FGCP_SETTINGS, clientCertificates: 'optional' as const },
    queueAnswers: async () => false,
    ...(requestLimiter === undefined ? {} : { requestLimiter }),
    ...(oidc === undefined ? {} : { oidc }),
  };
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.from(() => infrastructure),
    { bodyParser: false, logger: ['fatal'], abortOnError: false },
  );
  setUpApp(app, infrastructure, { bodyLimitBytes: BODY_LIMIT });
  await app.listen(0, '127.0.0.1');
  closers.push(
    async () => notifications.close(),
    async () => outbound.close(),
    async () => app.close(),
  );
  return { app, wakeUps, log };
}

async function ownPool(database: Database, pool: PoolId): Promise<Fence> {
  const fence = await new PgPoolLeaseStore(database).tryAcquire(pool, 'test-worker', 3_600);
  if (fence === undefined) throw new Error('the pool is owned by somebody else');
  return fence;
}

let names = 0;
/** A name that no other VSYS of the run has. */
export const newName = (prefix: string): string => `${prefix}-${++names}`;

function requestsOf(app: NestExpressApplication, token: string): TokenRequests {
  const agent = supertest(app.getHttpServer());
  const authorization = `Bearer ${token}`;
  return {
    get: (path) => agent.get(path).set('Authorization', authorization),
    post: (path) => agent.post(path).set('Authorization', authorization),
    put: (path) => agent.put(path).set('Authorization', authorization),
    patch: (path) => agent.patch(path).set('Authorization', authorization),
    delete: (path) => agent.delete(path).set('Authorization', authorization),
  };
}

async function addTenant(database: Database, zoneId: string): Promise<Tenant> {
  const tenant = { organizationId: organizationId(uuidv7()), vdcId: vdcId(uuidv7()) };
  await database.transaction(async (session) => {
    await insertOrganization(session, {
      id: tenant.organizationId,
      contract: contractId('OTHER001'),
      name: 'Other',
      timeZone: 'UTC',
      currency: 'EUR',
      state: 'active',
      createdAt: new Date(),
    });
    const owner = { organizationId: tenant.organizationId, zoneId, createdAt: new Date() };
    await insertVdc(session, { ...owner, id: tenant.vdcId, name: 'main' });
  });
  return { ...tenant, token: await addToken(database, tenant.organizationId, ['org-admin'], null) };
}

async function addToken(
  database: Database,
  organization: OrganizationId,
  roles: readonly Role[],
  vdcIds: readonly VdcId[] | null,
): Promise<string> {
  const token = generateToken();
  const facts = { id: uuidv7(), organizationId: organization, name: roles.join(' '), roles, vdcIds };
  await database.transaction(async (session) =>
    insertToken(session, { ...facts, createdAt: new Date(), expiresAt: null }, token),
  );
  return token;
}
