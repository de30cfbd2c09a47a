/** Addresses of appliances on the external network: each to one appliance of the zone, until that is gone. */
import { EXTERNAL_NET, nicIdOf, type NicSpec, type VsysSpec } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { insertVsys, lockPlaces, nextMacs, pickUplink, pickVlans, type Session } from '../src/index.js';
import { freshVsysId, look, newVsysOf, specOf, useWorld } from './persistence-fixture.js';

const getWorld = useWorld();

/** One server whose second NIC leads outside. */
async function appliance(session: Session, address?: string): Promise<VsysSpec> {
  const world = getWorld();
  await lockPlaces(session, world.zoneId);
  const { applianceAddresses } = await pickUplink(session, world.zoneId, 1);
  const [vlan = 0] = await pickVlans(session, world.poolId, 1);
  const [mac = '', uplinkMac = ''] = await nextMacs(session, 2);
  const spec = specOf(freshVsysId(), 1, { vlan, macs: [mac], publicAddress: undefined });
  const ipv4 = address ?? applianceAddresses[0] ?? '';
  const servers = spec.servers.map((server) => {
    const uplink: NicSpec = {
      id: nicIdOf(server.id, 1),
      device: 1,
      net: EXTERNAL_NET,
      mac: uplinkMac,
      ipv4,
    };
    return { ...server, nics: [...server.nics, uplink] };
  });
  const whole = { ...spec, servers };
  await insertVsys(session, newVsysOf(world, whole, null));
  return whole;
}

const addressOf = (spec: VsysSpec): string | undefined => spec.servers[0]?.nics[1]?.ipv4;
const range = async (cidr: string): Promise<void> => {
  await look(getWorld(), `UPDATE zone SET appliance_range = '${cidr}'`);
};

describe('the way out of appliances', () => {
  it('has the first address as gateway, and gives each appliance one of its own, side by side', async () => {
    const { database, zoneId } = getWorld();
    expect(await database.session((session) => pickUplink(session, zoneId, 2))).toEqual({
      cidr: '100.64.0.0/16',
      gateway: '100.64.0.1',
      applianceAddresses: ['100.64.0.2', '100.64.0.3'],
    });
    const specs = await Promise.all(
      Array.from({ length: 12 }, async () => database.transaction((session) => appliance(session))),
    );
    const addresses = specs.map(addressOf);
    expect(new Set(addresses).size).toBe(12);
    const rows = await look<{ vnet_id: string | null; zone_id: string }>(
      getWorld(),
      'SELECT vnet_id, zone_id FROM nic WHERE device = 1',
    );
    expect(rows).toEqual(Array.from({ length: 12 }, () => ({ vnet_id: null, zone_id: zoneId })));
  });

  it('is refused by the database itself for an address that somebody holds', async () => {
    const { database } = getWorld();
    const spec = await database.transaction((session) => appliance(session));
    await expect(
      database.transaction((session) => appliance(session, addressOf(spec))),
    ).rejects.toMatchObject({ code: 'conflict', retry: 'same' });
  });

  it('fills gaps when the end of the range is reached, and says when it is full', async () => {
    const { database, zoneId } = getWorld();
    await range('100.64.0.0/28');
    const pick = async (count: number) => database.session((session) => pickUplink(session, zoneId, count));
    // 13 are held: .2 to .14.
    await expect(pick(1)).rejects.toMatchObject({ code: 'address-exhausted' });
    await look(getWorld(), `UPDATE nic SET released_at = now() WHERE ipv4 = '100.64.0.5'`);
    expect((await pick(1)).applianceAddresses).toEqual(['100.64.0.5']);
    await expect(pick(2)).rejects.toMatchObject({ details: { wanted: 2, free: 1 } });
    await range('100.64.0.0/16');
  });
});
