/** A migrated database for a suite, with one organization, VDC, zone and two pools, and specs to admit into it. */
import {
  contractId,
  nicIdOf,
  organizationId,
  poolId,
  publicIpIdOf,
  Scope,
  srUuid,
  vdcId,
  vdiskIdOf,
  vnetIdOf,
  vserverIdOf,
  vsysIdOf,
  type OperationId,
  type OrganizationId,
  type PoolId,
  type VdcId,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import { useTestDatabase } from '@openvsys/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  addPublicAddresses,
  Database,
  insertOperation,
  insertOrganization,
  insertVdc,
  insertVsys,
  insertZone,
  listBrokenInvariants,
  lockPlaces,
  nextMacs,
  pickPublicAddresses,
  pickVlans,
  PoolStore,
  SCHEMA_VERSION,
  SecretBox,
  type NewVsys,
  type Session,
} from '../src/index.js';

export const AT = new Date('2026-03-01T10:00:00.000Z');
export const SR = srUuid('00000000-0000-4000-8000-00000000005a');
const PUBLIC_ADDRESSES = Array.from({ length: 250 }, (_, n) => `203.0.113.${n + 1}`);

export interface World {
  readonly database: Database;
  readonly url: string;
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly zoneId: string;
  readonly poolId: PoolId;
  readonly otherPoolId: PoolId;
  readonly scope: Scope;
}

export const secrets = new SecretBox(new Uint8Array(32).fill(7));

/** Registers set-up and tear-down; `world()` answers from `beforeAll` on. */
export function useWorld(): () => World {
  const test = useTestDatabase({
    name: `persistence_${SCHEMA_VERSION.toLowerCase()}`,
    build: async (url) => {
      const database = await Database.connect({ url });
      await database.migrate();
      await database.close();
    },
  });
  let world: World | undefined;
  beforeAll(async () => {
    world = await build(test.url);
  });
  afterAll(async () => world?.database.close());
  return () => {
    if (world === undefined) throw new Error('the world exists from beforeAll on');
    return world;
  };
}

async function build(url: string): Promise<World> {
  const database = await Database.connect({ url, poolSize: 20 });
  const ids = {
    organizationId: organizationId(uuidv7()),
    vdcId: vdcId(uuidv7()),
    zoneId: uuidv7(),
    poolId: poolId(uuidv7()),
    otherPoolId: poolId(uuidv7()),
  };
  await database.transaction(async (session) => {
    await insertOrganization(session, {
      id: ids.organizationId,
      contract: contractId('TEST0001'),
      name: 'Test',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      state: 'active',
      createdAt: AT,
    });
    await insertZone(session, { id: ids.zoneId, name: 'zone-1' });
    await insertVdc(session, {
      id: ids.vdcId,
      organizationId: ids.organizationId,
      zoneId: ids.zoneId,
      name: 'main',
      createdAt: AT,
    });
    await addPublicAddresses(session, ids.zoneId, PUBLIC_ADDRESSES);
  });
  const pools = new PoolStore(database, secrets);
  for (const [id, name] of [
    [ids.poolId, 'pool-1'],
    [ids.otherPoolId, 'pool-2'],
  ] as const) {
    await pools.register(
      {
        id,
        zoneId: ids.zoneId,
        name,
        urls: ['http://127.0.0.1:1'],
        username: 'root',
        password: 'canary-password',
        certificateFingerprint: null,
        enabled: true,
        vlanFirst: 100,
        vlanLast: 399,
      },
      AT,
    );
  }
  const scope = Scope.of({
    actor: 'test',
    organizationId: ids.organizationId,
    roles: ['org-admin'],
    vdcIds: null,
  });
  return { database, url, ...ids, scope };
}

let systems = 0;
/** A fresh id in this test process. */
export function freshVsysId(): VsysId {
  systems += 1;
  return vsysIdOf(contractId('TEST0001'), systems.toString(36).toUpperCase().padStart(9, '0'));
}

export interface Addresses {
  readonly vlan: number;
  readonly macs: readonly string[];
  readonly publicAddress: string | undefined;
}

/** One VNet, `servers` servers with a NIC each, a disk on the first, and a public IP when there is an address. */
export function specOf(id: VsysId, servers: number, { vlan, macs, publicAddress }: Addresses): VsysSpec {
  const net = vnetIdOf(id, 'app');
  const first = vserverIdOf(id, 1);
  return {
    vsysId: id,
    name: `shop-${id.slice(-9)}`,
    generation: 1,
    presence: 'present',
    nets: [{ id: net, name: 'app', vlan, cidr: '10.0.0.0/24' }],
    servers: Array.from({ length: servers }, (_, index) => {
      const server = vserverIdOf(id, index + 1);
      return {
        id: server,
        name: `web-${index + 1}`,
        role: 'web',
        kind: 'server' as const,
        type: 'standard.small',
        vcpus: 1,
        memoryMiB: 2048,
        image: 'debian-13',
        systemDiskGiB: 4,
        power: 'running' as const,
        restarts: 0,
        startOrder: 1,
        nics: [
          { id: nicIdOf(server, 0), device: 0, net, mac: macs[index] ?? '', ipv4: `10.0.0.${index + 2}` },
        ],
        guestData: {},
      };
    }),
    disks: [{ id: vdiskIdOf(id, 1), name: 'data', sizeGiB: 20, sr: SR, server: first }],
    publicIps:
      publicAddress === undefined
        ? []
        : [{ id: publicIpIdOf(id, 1), name: 'web', address: publicAddress, server: first }],
  };
}

export function newVsysOf(world: World, spec: VsysSpec, operationId: OperationId | null): NewVsys {
  return {
    organizationId: world.organizationId,
    vdcId: world.vdcId,
    poolId: world.poolId,
    spec,
    design: { name: spec.name },
    descriptor: { kind: 'VsysDescriptor' },
    descriptorVersionId: null,
    parameters: {},
    numbers: { server: spec.servers.length, disk: 1, publicIp: spec.publicIps.length },
    phase: 'provisioning',
    operationId,
    at: AT,
  };
}

export interface Admitted {
  readonly spec: VsysSpec;
  readonly operationId: OperationId;
}

/** What an admission does: addresses, rows, operation; in the session's transaction. */
export async function admit(session: Session, world: World, servers = 2, publicIps = 1): Promise<Admitted> {
  const id = freshVsysId();
  await lockPlaces(session, world.zoneId);
  const [vlan = 0] = await pickVlans(session, world.poolId, 1);
  const [publicAddress] = await pickPublicAddresses(session, world.zoneId, publicIps);
  const spec = specOf(id, servers, { vlan, macs: await nextMacs(session, servers), publicAddress });
  const operationId = uuidv7() as OperationId;
  await insertVsys(session, newVsysOf(world, spec, operationId));
  const operation = {
    id: operationId,
    organizationId: world.organizationId,
    vsysId: id,
    kind: 'vsys.create',
    onFailure: 'rollback',
    generation: 1,
    requestId: null,
    requestedBy: 'test',
    stepsTotal: 0,
    createdAt: AT,
  } as const;
  await insertOperation(session, operation, { id: uuidv7(), vsysName: spec.name });
  return { spec, operationId };
}

/** After every suite: whatever the tests did, these hold. */
export async function expectInvariants({ database }: World): Promise<void> {
  expect(await database.session(listBrokenInvariants)).toEqual([]);
}

/** Rows of one statement, for looking behind the stores. */
export async function look<Row>(
  world: World,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  return world.database.session((session) => session.rows<Row>(text, parameters));
}
