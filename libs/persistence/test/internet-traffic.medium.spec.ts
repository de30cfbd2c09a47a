/** Traffic to the internet: from what a pool measures of appliances' outer cards to lines of a bill, each byte once. */
import { closeDueHours, type RatedLine } from '@openvsys/metering';
import {
  EXTERNAL_NET,
  hostUuid,
  nicIdOf,
  type NicId,
  type VServerId,
  type VServerSample,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  insertPrices,
  insertVsys,
  listUsage,
  lockPlaces,
  MetricStore,
  nextMacs,
  pickUplink,
  PgUsageStore,
} from '../src/index.js';
import { AT, freshVsysId, look, newVsysOf, specOf, useWorld } from './persistence-fixture.js';

const HOST = hostUuid('00000000-0000-4000-8000-000000000002');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (minutes: number): Date => new Date(AT.getTime() + minutes * MINUTE);
const KBYTE = 1_000;

describe('traffic to the internet', () => {
  const world = useWorld();
  let appliance: VServerId;
  let [inner, outer]: NicId[] = [];

  beforeAll(async () => {
    const { database, zoneId } = world();
    await database.transaction(async (session) => {
      await lockPlaces(session, zoneId);
      const { applianceAddresses } = await pickUplink(session, zoneId, 1);
      const [mac = '', outerMac = ''] = await nextMacs(session, 2);
      const spec = specOf(freshVsysId(), 1, { vlan: 101, macs: [mac], publicAddress: undefined });
      const servers = spec.servers.map((server) => {
        const uplink = { id: nicIdOf(server.id, 1), device: 1, net: EXTERNAL_NET, mac: outerMac } as const;
        return { ...server, nics: [...server.nics, { ...uplink, ipv4: applianceAddresses[0] ?? '' }] };
      });
      await insertVsys(session, newVsysOf(world(), { ...spec, servers }, null));
      appliance = servers[0]!.id;
      [inner, outer] = servers[0]!.nics.map(({ id }) => id);
      await insertPrices(session, [
        {
          id: uuidv7(),
          product: 'traffic.internet',
          dimension: 'network-out',
          amount: '0.05',
          minimum: 'second',
          tiers: [],
          organizationId: null,
          currency: 'EUR',
          validFrom: new Date(0),
          validTo: null,
        },
      ]);
      // Hours are read from the first interval on.
      await session.change(
        `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at)
         VALUES ($1, $2, $3, $4, $5, 'vserver-running', 'standard.small', 1, $6)`,
        [uuidv7(), world().organizationId, world().vdcId, spec.vsysId, appliance, at(0)],
      );
    });
  });

  const sample = (minutes: number, sent: number | null, device = 1): VServerSample => ({
    server: appliance,
    at: at(minutes),
    stepSeconds: 60,
    cpuUse: 0.1,
    memoryBytes: null,
    memoryFreeBytes: null,
    disks: [],
    nics: [
      { device, nic: (device === 1 ? outer : inner) ?? null, sentBytesPerSecond: sent },
      { device: 2, nic: null, sentBytesPerSecond: 5 * KBYTE },
    ].map((nic) => ({
      ...nic,
      receivedBytesPerSecond: 9 * KBYTE,
      receivedPacketsPerSecond: null,
      sentPacketsPerSecond: null,
    })),
  });
  const deliver = async (...samples: VServerSample[]): Promise<void> =>
    new MetricStore(world().database).store({ poolId: world().poolId, host: HOST, until: null, samples });
  const linesUntil = async (now: Date): Promise<readonly RatedLine[]> => {
    const { database, scope } = world();
    const filter = { from: AT, to: now };
    const { items } = await database.session((session) =>
      listUsage(session, scope, filter, { limit: 100 }, now),
    );
    return items.filter(({ dimension }) => dimension === 'network-out');
  };
  const bytesUntil = async (now: Date): Promise<readonly number[]> =>
    (await linesUntil(now)).map(({ quantity }) => quantity);

  it('is counted by hour, a step that ends with the hour in the hour that ends', async () => {
    await deliver(sample(59, 1_000 * KBYTE), sample(60, 2_000 * KBYTE), sample(61, 4_000 * KBYTE));
    expect(await bytesUntil(at(62))).toEqual([180_000 * KBYTE, 240_000 * KBYTE]);
  });

  it('counts once, however often it is told, and also beside what is new', async () => {
    await deliver(sample(59, 1_000 * KBYTE));
    await deliver(sample(60, 7_000 * KBYTE), sample(62, 1_000 * KBYTE));
    expect(await bytesUntil(at(63))).toEqual([180_000 * KBYTE, 300_000 * KBYTE]);
  });

  it('leaves out inner cards, cards that are gone, and what nobody measured', async () => {
    await deliver(sample(63, 1_000 * KBYTE, 0), sample(64, null), sample(65, 0));
    expect(await bytesUntil(at(66))).toEqual([180_000 * KBYTE, 300_000 * KBYTE]);
  });

  it('costs the same before and after its hour is closed, and opens a closed hour again', async () => {
    const now = at(130);
    const before = await linesUntil(now);
    expect(before).toMatchObject([
      { quantity: 180_000_000, seconds: 1, amount: '0.0090000000', organizationId: world().organizationId },
      { quantity: 300_000_000, seconds: 1, amount: '0.0150000000' },
    ]);
    const usage = new PgUsageStore(world().database);
    await closeDueHours(usage, now);
    const facts = (lines: readonly RatedLine[]) =>
      lines.map(({ quantity, amount }) => ({ quantity, amount }));
    expect(facts(await linesUntil(now))).toEqual(facts(before));
    await deliver(sample(30, 1_000 * KBYTE));
    expect((await bytesUntil(now))[0]).toBe(240_000 * KBYTE);
    await closeDueHours(usage, now);
    expect((await bytesUntil(now))[0]).toBe(240_000 * KBYTE);
    const closed = await look<{ hour: Date }>(world(), 'SELECT hour FROM closed_hour ORDER BY hour');
    expect(closed.map(({ hour }) => hour.getTime() - AT.getTime())).toEqual([0, HOUR]);
  });
});
