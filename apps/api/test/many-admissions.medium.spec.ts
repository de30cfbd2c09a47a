/** Many callers for what is left of a pool: as many get it as there is room for, and nothing is promised twice. */
import { setQuotas } from '@openvsys/persistence';
import { memoryNeededMiB, QUOTA_RESOURCES, type PoolCapacity } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyPool, useApi } from './api-fixture.js';

const world = useApi();
/** Of standard.large. */
const MEMORY_GIB = 8;
const HOSTS = 3;

const source = (type: string) => `
apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: one, version: 1.0.0, title: One server }
vnets:
  net: { cidr: 10.0.0.0/24 }
vservers:
  only: { type: ${type}, image: debian-13, nics: [{ vnet: net }] }
`;

/** Three hosts that have never run anything. */
function poolOf(memoryMiB: number): PoolCapacity {
  const pool = emptyPool(memoryMiB);
  return { ...pool, hosts: pool.hosts.map((host) => ({ ...host, memoryMiB })) };
}

async function createMany(name: string, count: number, type: string): Promise<Record<string, number>> {
  const api = world().as(world().demoToken);
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const { status, body } = await api
        .post('/v1/vsys')
        .send({ name: `${name}-${n}`, vdcId: world().demo.vdcId, source: source(type) });
      return status === 202 ? 'accepted' : String(body.code);
    }),
  );
  return Object.fromEntries(
    [...Map.groupBy(answers, (answer) => answer)].map(([code, all]) => [code, all.length]),
  );
}

describe('many admissions at once', () => {
  beforeAll(async () => {
    const { database, demo } = world();
    const none = QUOTA_RESOURCES.map((resource) => ({ resource, limit: null }));
    await database.transaction((session) => setQuotas(session, 'organization', demo.organizationId, none));
  });

  it('get exactly the memory that the hosts have', async () => {
    const needed = memoryNeededMiB(MEMORY_GIB * 1024, 4);
    const perHost = 10;
    // So much that the first ones run beside each other, and so little that the last ones must not.
    await world().seeCapacity(poolOf(needed * perHost + 100));
    const room = HOSTS * perHost;
    expect(await createMany('memory', room + 16, 'standard.large')).toEqual({
      accepted: room,
      'no-capacity': 16,
    });
  }, 120_000);

  it('get exactly the VLANs that the pool has', async () => {
    await world().seeCapacity(poolOf(10_000_000));
    const { database } = world();
    const room = 20;
    await database.session((session) =>
      session.change(
        `UPDATE pool SET vlan_last = vlan_first - 1 + $1 + (SELECT count(*) FROM vnet t
           WHERE t.pool_id = pool.id AND t.released_at IS NULL)`,
        [room],
      ),
    );
    expect(await createMany('vlan', room + 10, 'standard.small')).toEqual({
      accepted: room,
      'no-capacity': 10,
    });
  }, 120_000);
});
