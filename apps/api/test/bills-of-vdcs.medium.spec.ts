/** What belongs to a VDC or an organization and to no system is on the bill, explained and exported like everything else. */
import { closeDueHours, sumAmounts } from '@openvsys/metering';
import { PgUsageStore } from '@openvsys/persistence';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi, type TokenRequests } from './api-fixture.js';

const world = useApi();
const HOUR = 3_600_000;
const NOW = new Date();
/** The month before this one in UTC: every hour of it is over. */
const FIRST = new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - 1, 1));
const MONTH = FIRST.toISOString().slice(0, 7);
const BEGAN = new Date(FIRST.getTime() + 240 * HOUR);
const ENDED = new Date(BEGAN.getTime() + 5 * HOUR);
const demo = (): TokenRequests => world().as(world().demoToken);

/** Whatever JSON holds. */
type Body = ReturnType<typeof JSON.parse>;

/** Held as allocated addresses and images are: of no system. */
async function hold(resource: string, vdcId: string, what: readonly [string, string, number]): Promise<void> {
  await world().database.session(async (session) => {
    await session.change(
      `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at, ended_at)
       VALUES ($1, $2, $3, '', $4, $5, $6, $7, $8, $9)`,
      [uuidv7(), world().demo.organizationId, vdcId, resource, ...what, BEGAN, ENDED],
    );
    await session.change(
      `INSERT INTO event (id, organization_id, vsys_id, resource, type, data, at) VALUES ($1, $2, NULL, $3, 'it.began', '{}', $4)`,
      [uuidv7(), world().demo.organizationId, resource, BEGAN],
    );
  });
}

describe('the bill of what belongs to no system', { timeout: 60_000 }, () => {
  const image = `DEMO0001_${newName('image')}_1`;
  const address = uuidv7();

  beforeAll(async () => {
    await hold(address, world().demo.vdcId, ['public-ip', 'ip.public', 1]);
    await hold(image, '00000000-0000-0000-0000-000000000000', ['image-gib', 'image', 3]);
    const { database } = world();
    // Only these hours are of interest.
    await database.session(async (session) =>
      session.change(
        `INSERT INTO closed_hour (hour, closed_at) SELECT h, now() FROM generate_series($1::timestamptz, $2, '1 hour') h
         ON CONFLICT DO NOTHING`,
        [ENDED, NOW],
      ),
    );
    const store = new PgUsageStore(database);
    for (let n = 0; n < 5; n += 1) await store.closeHour(new Date(BEGAN.getTime() + n * HOUR), NOW);
    await closeDueHours(store, BEGAN);
  }, 60_000);

  const lines = async (): Promise<Body[]> =>
    (await demo().get(`/v1/statements/${MONTH}/lines`).expect(200)).body.items;

  it.each([
    ['public-ip', () => address, '5'],
    ['image-gib', () => image, '15'],
  ])('has a line for %s, with its resources, intervals and events', async (dimension, resource, units) => {
    const line = (await lines()).find((each: Body) => each.dimension === dimension);
    expect(line).toMatchObject({ kind: 'usage', vsysId: null });
    expect(Number(line.units)).toBe(Number(units));
    const url = `/v1/statements/${MONTH}/lines/${line.position}/explanation`;
    const { body } = await demo().get(url).expect(200);
    expect(body.resources).toMatchObject([{ resource: resource(), hours: 5, seconds: 5 * 3600 }]);
    expect(sumAmounts([body.explained])).toBe(sumAmounts([line.amount]));
    expect(body.items).toMatchObject([
      { resource: resource(), began: { at: BEGAN.toISOString(), event: { type: 'it.began' } } },
    ]);
  });

  it('is in the FOCUS file, with no resource that would be a system', async () => {
    const { text } = await demo().get(`/v1/statements/${MONTH}/export?format=focus`).expect(200);
    const rows = text.trim().split('\n').slice(1);
    expect(rows.some((row) => row.includes('ip.public'))).toBe(true);
    expect(text).not.toContain(',VSYS,');
    expect(text).not.toContain('00000000-0000');
  });
});
