/**
 * P9: closing an hour in which a million things were held, against one plain INSERT … SELECT that writes as many rows into
 * the same table (its indexes included) without caring for overlaps, prices that change or rows that are there already.
 * Both in turns on the same server, each after a vacuum and a checkpoint; then the hour is closed again.
 */
import { closeHour } from '@openvsys/metering';
import { Database, PgUsageStore } from '@openvsys/persistence';
import { Client } from 'pg';
import { atMost, type Measure, type Result } from '../measure.js';
import { percentile } from '../statistics.js';

const RESOURCES = 1_000_000;
/** Of a hundred things one began and one ended inside of the hour. */
const MOVED = 100;
const HOUR = new Date('2026-03-01T10:00:00Z');
const ROUNDS = 3;
const PRODUCTS = 20;

const PREPARE = [
  `INSERT INTO organization (id, contract, name, time_zone, currency, state, created_at)
   SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'BENCH' || lpad(n::text, 3, '0'), 'bench', 'UTC',
     'EUR', 'active', now() FROM generate_series(1, 100) n`,
  `INSERT INTO price (id, product, dimension, currency, amount, valid_from)
   SELECT gen_random_uuid(), 'type-' || n, 'vserver-running', 'EUR', 0.01 * n, '2020-01-01'
   FROM generate_series(1, ${PRODUCTS}) n`,
  `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at,
     ended_at)
   SELECT gen_random_uuid(), ('00000000-0000-7000-8000-' || lpad((1 + n % 100)::text, 12, '0'))::uuid,
     '00000000-0000-7000-8000-000000000000', 'BENCH001-' || n / 10, 'BENCH001-' || n / 10 || '-S-' || n,
     'vserver-running', 'type-' || 1 + n % ${PRODUCTS}, 1,
     CASE n % ${MOVED} WHEN 1 THEN $1::timestamptz + interval '7 min' ELSE $1::timestamptz - interval '9 days' END,
     CASE n % ${MOVED} WHEN 2 THEN $1::timestamptz + interval '31 min' END
   FROM generate_series(1, ${RESOURCES}) n`,
];

const PLAIN = `
INSERT INTO usage_hour (hour, resource, dimension, product, quantity, price_id, organization_id, vdc_id, vsys_id, seconds,
  billed_seconds, quantity_seconds, currency, amount)
SELECT $1::timestamptz, u.resource, u.dimension, u.product, u.quantity, p.id, u.organization_id, u.vdc_id, u.vsys_id, 3600,
  3600, u.quantity * 3600, p.currency, u.quantity * p.amount
FROM usage_interval u JOIN price p ON p.product = u.product AND p.dimension = u.dimension
WHERE u.started_at < $1::timestamptz + interval '1 hour' AND (u.ended_at IS NULL OR u.ended_at > $1::timestamptz)`;

export const hourClosing: Measure = {
  id: 'P9',
  title: `closing an hour of ${RESOURCES.toLocaleString('en')} resources ÷ one INSERT … SELECT; rows changed again`,
  async run({ servers, say }) {
    const url = await servers.createDatabase('bench_hours');
    const database = await Database.connect({ url, poolSize: 1, applicationName: 'bench' });
    const client = new Client({ connectionString: url });
    try {
      await database.migrate();
      await client.connect();
      say(`${RESOURCES.toLocaleString('en')} intervals`);
      await prepare(client);
      return await measured(new PgUsageStore(database), client, say);
    } finally {
      await client.end();
      await database.close();
    }
  },
};

const median = (samples: readonly number[]): number => percentile(samples, 0.5);

async function prepare(client: Client): Promise<void> {
  for (const text of PREPARE) await client.query(text, text.includes('$1') ? [HOUR] : []);
  await client.query('VACUUM ANALYZE usage_interval');
}

async function measured(
  store: PgUsageStore,
  client: Client,
  say: (text: string) => void,
): Promise<readonly Result[]> {
  const closed: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await emptyHours(client);
    plain.push(await milliseconds(async () => client.query(PLAIN, [HOUR])));
    await emptyHours(client);
    closed.push(await milliseconds(async () => closeHour(store, HOUR, new Date())));
    say(`plain ${(plain.at(-1) ?? 0).toFixed(0)} ms, closed ${(closed.at(-1) ?? 0).toFixed(0)} ms`);
  }
  const started = performance.now();
  const { rowsChanged } = await closeHour(store, HOUR, new Date());
  const again = performance.now() - started;
  const conditions = `medians of ${ROUNDS} in turns, durable commits; one of ${MOVED} things began and one ended in the hour; ${median(closed).toFixed(0)} ms against ${median(plain).toFixed(0)} ms`;
  return [
    atMost(1.5, {
      name: 'P9 closing an hour of 1M resources ÷ one INSERT … SELECT',
      measured: median(closed) / median(plain),
      limit: 1,
      conditions,
    }),
    atMost(0, {
      name: 'P9 rows changed by closing it again',
      measured: rowsChanged,
      limit: 0,
      conditions: `compared row by row in ${again.toFixed(0)} ms`,
    }),
  ];
}

/** The table as it is at the beginning of an hour, and nothing of the round before left to be written out. */
async function emptyHours(client: Client): Promise<void> {
  await client.query('TRUNCATE usage_hour, closed_hour');
  await client.query('CHECKPOINT');
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
