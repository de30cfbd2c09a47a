/** Does to admitted systems what workers would have done, so that a measure of admission meets no backlog. */
import type { Client } from 'pg';

/** `vsysId`: the newest of those that are meant. */
export async function markRunning(client: Client, vsysId: string): Promise<void> {
  await client.query(
    `UPDATE vserver SET state = 'running', host = (SELECT uuid FROM pool_host ORDER BY uuid LIMIT 1)
     WHERE state = 'planned' AND created_at <= (SELECT created_at FROM vsys WHERE id = $1)`,
    [vsysId],
  );
  await client.query(`UPDATE vdisk SET state = 'attached' WHERE state = 'planned'`);
}
