/**
 * A backlog: systems of one tenant whose creation was accepted and not begun, as rows that an admission would have written.
 * Over the API it would take longer to queue them than to measure what they do.
 */
import { Client } from 'pg';
import { RowCopies } from './row-copies.js';

/** Connections that write at the same time. */
const LANES = 4;

/** `modelId`: a system that was just admitted and that no worker has seen. Run it while no worker runs. */
export async function queueOperations(databaseUrl: string, modelId: string, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const client = new Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        const copies = await RowCopies.of(client, modelId, lane);
        for (let n = lane; n < count; n += LANES) await copies.fillOnce();
      } finally {
        await client.end();
      }
    }),
  );
}

/** Tells the workers of all of them at once, as their admissions would have done. */
export async function wakeAll(client: Client): Promise<void> {
  await client.query(
    `SELECT count(pg_notify('openvsys_vsys', id)) FROM vsys WHERE generation <> observed_generation`,
  );
}

export async function countQueued(client: Client): Promise<number> {
  const { rows } = await client.query<{ n: string }>(
    `SELECT count(*) AS n FROM operation WHERE state IN ('queued', 'running', 'rolling-back')`,
  );
  return Number(rows[0]?.n ?? 0);
}
