/** What PostgreSQL can commit on this machine, on as many connections as a worker has. */
import { Client } from 'pg';
import { RowCopies } from './row-copies.js';

const CONNECTIONS = 16;
const SECONDS = 4;

/** One client's work: does it once each time it is called. */
type Work = () => Promise<void>;

/** Durable one-row transactions a second. */
export async function rawCommitsPerSecond(databaseUrl: string): Promise<number> {
  return perSecond(databaseUrl, async (clients) => {
    await clients[0]?.query(
      'CREATE TABLE IF NOT EXISTS raw_commit (id bigserial PRIMARY KEY, at timestamptz)',
    );
    return clients.map((client) => async () => {
      await client.query('BEGIN');
      await client.query('INSERT INTO raw_commit (at) VALUES (now())');
      await client.query('COMMIT');
    });
  });
}

/** How often a second PostgreSQL writes the rows of a VSYS that was worked on, in so many commits each. */
export async function rawOperationsPerSecond(
  databaseUrl: string,
  vsysId: string,
  commits: number,
): Promise<number> {
  return perSecond(databaseUrl, async (clients) =>
    Promise.all(
      clients.map(async (client, lane) => {
        const copies = await RowCopies.of(client, vsysId, lane);
        return async () => copies.writeIn(commits);
      }),
    ),
  );
}

async function perSecond(
  databaseUrl: string,
  prepare: (clients: readonly Client[]) => Promise<readonly Work[]>,
): Promise<number> {
  const clients = Array.from({ length: CONNECTIONS }, () => new Client({ connectionString: databaseUrl }));
  await Promise.all(clients.map(async (client) => client.connect()));
  try {
    const works = await prepare(clients);
    const started = performance.now();
    const deadline = started + SECONDS * 1000;
    const counts = await Promise.all(works.map(async (work) => countUntil(deadline, work)));
    const seconds = (performance.now() - started) / 1000;
    return counts.reduce((sum, count) => sum + count, 0) / seconds;
  } finally {
    await Promise.all(clients.map(async (client) => client.end()));
  }
}

async function countUntil(deadline: number, work: Work): Promise<number> {
  let count = 0;
  for (; performance.now() < deadline; count += 1) await work();
  return count;
}
