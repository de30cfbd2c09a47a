/** What a sweep finds first, when one organization has more to do than a sweep reads. */
import { contractId, organizationId, vdcId } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import { insertOrganization, insertVdc, insertVsys, PgProvisioningStore } from '../src/index.js';
import { AT, freshVsysId, newVsysOf, specOf, useWorld, type World } from './persistence-fixture.js';

const getWorld = useWorld();
const LATER = new Date(AT.getTime() + 3_600_000);

async function queue(world: World, owner: Pick<World, 'organizationId' | 'vdcId'>, at: Date) {
  const spec = { ...specOf(freshVsysId(), 1, { vlan: 0, macs: [], publicAddress: undefined }), nets: [] };
  const servers = spec.servers.map((server) => ({ ...server, nics: [] }));
  await world.database.transaction((session) =>
    insertVsys(session, { ...newVsysOf(world, { ...spec, servers }, null), ...owner, at }),
  );
  return spec.vsysId;
}

it('Sweeps take organizations in turns, so that no backlog hides what others wait for', async () => {
  const world = getWorld();
  const { database, poolId, zoneId } = world;
  const other = { organizationId: organizationId(uuidv7()), vdcId: vdcId(uuidv7()) };
  await database.transaction(async (session) => {
    const words = {
      contract: contractId('LATE0001'),
      name: 'Late',
      timeZone: 'UTC',
      currency: 'EUR',
    } as const;
    await insertOrganization(session, { ...words, id: other.organizationId, state: 'active', createdAt: AT });
    const home = { organizationId: other.organizationId, zoneId, name: 'main', createdAt: AT };
    await insertVdc(session, { ...home, id: other.vdcId });
  });
  const backlog: string[] = [];
  for (let n = 0; n < 6; n += 1) backlog.push(await queue(world, world, new Date(AT.getTime() + n)));
  const late = await queue(world, other, LATER);
  const store = new PgProvisioningStore(database);
  expect(await store.listUnsettled(poolId, 3)).toEqual([backlog[0], late, backlog[1]]);
  expect(await store.listUnsettled(poolId, 100)).toHaveLength(7);
});
