/** Admissions of one zone beside each other: they see each other, take nothing twice, and wait only for one that is alone. */
import { describe, expect, it } from 'vitest';
import {
  insertVsys,
  lockPlaces,
  nextMacs,
  pickUplink,
  pickVlans,
  sharePlaces,
  type Session,
} from '../src/index.js';
import { freshVsysId, look, newVsysOf, specOf, useWorld } from './persistence-fixture.js';

const getWorld = useWorld();
const BESIDE = 'beside-others';

/** What an admission of one network does, from its turn to the rows. */
async function admitBesideOthers(session: Session): Promise<void> {
  const world = getWorld();
  await sharePlaces(session, world.zoneId);
  const [vlan = 0] = await pickVlans(session, world.poolId, 1, BESIDE);
  const macs = await nextMacs(session, 1);
  await insertVsys(
    session,
    newVsysOf(world, specOf(freshVsysId(), 1, { vlan, macs, publicAddress: undefined }), null),
  );
}

describe('admissions beside each other', () => {
  it('count those that came before and have not ended', async () => {
    const { database, zoneId } = getWorld();
    const share = async (session: Session) => sharePlaces(session, zoneId);
    await database.transaction(async (first) => {
      expect(await share(first)).toBe(0);
      await database.transaction(async (second) => {
        expect(await share(second)).toBe(1);
        await database.transaction(async (third) => expect(await share(third)).toBe(2));
      });
      // Of another zone.
      await database.transaction(async (other) =>
        expect(await sharePlaces(other, '00000000-0000-7000-8000-00000000ffff')).toBe(0),
      );
      expect(await share(first)).toBe(0);
    });
    expect(await database.transaction(share)).toBe(0);
  });

  it('do not wait for each other, and whoever wants to be alone waits for them', async () => {
    const { database, zoneId, poolId } = getWorld();
    const order: string[] = [];
    const { promise: aloneTries, resolve: aloneIsTrying } = Promise.withResolvers<void>();
    let alone: Promise<void> | undefined;
    await database.transaction(async (session) => {
      await sharePlaces(session, zoneId);
      const mine = await pickVlans(session, poolId, 2, BESIDE);
      // This one begins and commits while the first one is under way.
      await database.transaction(async (other) => {
        await sharePlaces(other, zoneId);
        const theirs = await pickVlans(other, poolId, 2, BESIDE);
        expect(new Set([...mine, ...theirs]).size).toBe(4);
      });
      alone = database.transaction(async (other) => {
        aloneIsTrying();
        await lockPlaces(other, zoneId);
        order.push('alone');
      });
      await aloneTries;
      await waitForWaiter();
      order.push('shared ends');
    });
    await alone;
    expect(order).toEqual(['shared ends', 'alone']);
  });

  it('give back what an undone attempt held', async () => {
    const { database, zoneId } = getWorld();
    await database.transaction(async (session) => {
      const undone = session.attempt(async () => {
        await sharePlaces(session, zoneId);
        throw new Error('crowded');
      });
      await expect(undone).rejects.toThrow('crowded');
      await database.transaction(async (other) => lockPlaces(other, zoneId));
    });
  });

  it('never take a VLAN twice, and none of them has to be repeated', async () => {
    const { database, poolId } = getWorld();
    await Promise.all(Array.from({ length: 80 }, async () => database.transaction(admitBesideOthers)));
    const [counts] = await look(
      getWorld(),
      `SELECT count(*) AS nets, count(DISTINCT vlan) AS vlans FROM vnet WHERE released_at IS NULL`,
    );
    expect(counts).toEqual({ nets: 80, vlans: 80 });
    expect(await database.session((session) => pickVlans(session, poolId, 1))).toHaveLength(1);
  });

  it('leave addresses of appliances aside that another one is just taking, in gaps too', async () => {
    const { database, zoneId } = getWorld();
    const pick = async (session: Session) =>
      (await pickUplink(session, zoneId, 3, BESIDE)).applianceAddresses;
    await database.transaction(async (first) => {
      const mine = await pick(first);
      const theirs = await database.transaction(pick);
      expect(new Set([...mine, ...theirs]).size).toBe(6);
      await look(getWorld(), `UPDATE zone SET appliance_range = '100.64.0.0/28'`);
      // Of 13 addresses three are being taken, and ten are left.
      const ten = database.transaction((other) => pickUplink(other, zoneId, 10, BESIDE));
      expect((await ten).applianceAddresses).toHaveLength(10);
      await expect(
        database.transaction((other) => pickUplink(other, zoneId, 11, BESIDE)),
      ).rejects.toMatchObject({ code: 'address-exhausted' });
      await look(getWorld(), `UPDATE zone SET appliance_range = '100.64.0.0/16'`);
    });
  });
});

/** Until somebody waits for an advisory lock. */
async function waitForWaiter(): Promise<void> {
  await expect
    .poll(
      async () =>
        (
          await look<{ n: number }>(
            getWorld(),
            `SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
          )
        )[0]?.n,
      { timeout: 20_000 },
    )
    .toBe(1);
}
