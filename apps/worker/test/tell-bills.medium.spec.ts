/** News about bills against a real PostgreSQL: told once, by however many workers, and only when there is something to tell. */
import { MS_AN_HOUR } from '@openvsys/metering';
import { Database, PgUsageStore, SecretBox, seedDemo, type SeededDemo } from '@openvsys/persistence';
import { useTestDatabase } from '@openvsys/testing';
import { contractId, vsysIdOf } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tellBills, type BillNews } from '../src/bills/tell-bills.js';

const test = useTestDatabase();
const SYSTEM = vsysIdOf(contractId('DEMO0001'), 'BILLNEWS1');
/** Begin and end of March in Berlin. */
const MARCH = { start: new Date('2026-02-28T23:00:00.000Z'), end: new Date('2026-03-31T22:00:00.000Z') };
/** In the first hours of April. */
const NOW = new Date('2026-04-01T00:30:00.000Z');
/** Held from two hours before the end of the month. */
const SINCE = new Date(MARCH.end.getTime() - 2 * MS_AN_HOUR);
let database: Database;
let demo: SeededDemo;

beforeAll(async () => {
  database = await Database.connect({ url: test.url, poolSize: 8 });
  await database.migrate();
  const pool = {
    urls: ['http://127.0.0.1:1'],
    username: 'root',
    password: 'x',
    certificateFingerprint: null,
  };
  const secrets = new SecretBox(new Uint8Array(32).fill(7));
  demo = await seedDemo(database, { secrets, pool, descriptors: [], at: NOW });
  await database.session(async (session) => {
    await session.change('DELETE FROM price');
    await session.change(
      `INSERT INTO price (id, product, dimension, currency, amount, valid_from)
       VALUES ($1, 'ip.public', 'public-ip', 'EUR', 1, '2020-01-01T00:00:00Z')`,
      [uuidv7()],
    );
  });
});
afterAll(async () => database.close());
beforeEach(async () => {
  await database.session(async (session) => {
    for (const table of [
      'event',
      'usage_interval',
      'usage_hour',
      'usage_parked',
      'closed_hour',
      'statement_ready',
    ])
      await session.change(`DELETE FROM ${table}`);
  });
});

async function hold(quantity: number): Promise<string> {
  const id = uuidv7();
  await database.session(async (session) =>
    session.change(
      `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at)
       VALUES ($1, $2, $3, $4, $5, 'public-ip', 'ip.public', $6, $7)`,
      [id, demo.organizationId, demo.vdcId, SYSTEM, `${SYSTEM}-P-${id.slice(-4)}`, quantity, SINCE],
    ),
  );
  return id;
}

async function close(hours: number): Promise<void> {
  const store = new PgUsageStore(database);
  for (let n = 0; n < hours; n += 1) await store.closeHour(new Date(SINCE.getTime() + n * MS_AN_HOUR), NOW);
}

const tell = async (at = NOW): Promise<BillNews> =>
  tellBills({ database, newId: uuidv7 }, { metered: at, real: at });

async function told(): Promise<readonly { type: string; resource: string; data: object }[]> {
  return database.session(async (session) =>
    session.rows('SELECT type, resource, data FROM event ORDER BY id'),
  );
}

describe('a month that can be closed', () => {
  it('is told of once its hours are closed, with the total and where to look, by one of many workers', async () => {
    await hold(3);
    await close(1);
    expect(await tell()).toEqual({ parked: 0, ready: 0 });
    await close(2);
    const news = await Promise.all(Array.from({ length: 6 }, async () => tell()));
    expect(news.reduce((sum, { ready }) => sum + ready, 0)).toBe(1);
    expect(await told()).toEqual([
      {
        type: 'statement.ready',
        resource: '2026-03',
        data: {
          period: '2026-03',
          total: '6.00',
          currency: 'EUR',
          lookAt: [],
          links: { statement: `/v1/statements/2026-03?organization=${demo.organizationId}` },
        },
      },
    ]);
    expect(await tell()).toEqual({ parked: 0, ready: 0 });
  });

  it('is none while it lasts, and none when nothing was used', async () => {
    await close(2);
    expect(await tell()).toMatchObject({ ready: 0 });
    await hold(1);
    expect(await tell(new Date(MARCH.end.getTime() - 1))).toMatchObject({ ready: 0 });
    expect(await tell()).toMatchObject({ ready: 1 });
  });
});

describe('usage that cannot be billed', () => {
  /** Beyond what an amount holds. */
  const TOO_MUCH = 2_000_000_000_000;

  it('is told of once, not with every hour that it lasts', async () => {
    await hold(TOO_MUCH);
    await hold(TOO_MUCH);
    await close(1);
    const news = await Promise.all(Array.from({ length: 6 }, async () => tell()));
    expect(news.reduce((sum, { parked }) => sum + parked, 0)).toBe(1);
    expect(await told()).toMatchObject([
      {
        type: 'usage.parked',
        resource: demo.organizationId,
        data: { intervals: 2, hour: SINCE.toISOString(), links: { parked: '/v1/usage/parked' } },
      },
    ]);
    await close(2);
    expect(await tell()).toMatchObject({ parked: 0 });
    const [, ready] = await told();
    expect(ready).toMatchObject({
      type: 'statement.ready',
      data: { lookAt: [expect.stringContaining('4 hours of intervals could not be billed')] },
    });
    await hold(TOO_MUCH);
    await close(2);
    expect(await tell()).toMatchObject({ parked: 1 });
  });
});
