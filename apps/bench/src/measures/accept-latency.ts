/**
 * P6: how long POST /v1/vsys takes against the bare transaction that writes the same rows: same tables, same number of
 * rows, same server, over a connection with the settings of the API's own. Both in turns, so that both meet the same
 * machine and the same tables. No worker runs: only acceptance is measured. Earlier systems are marked as running in
 * between, as workers would have done: a backlog is another measure.
 */
import { Client } from 'pg';
import { Agent } from 'undici';
import { atMost, type Measure } from '../measure.js';
import { percentile } from '../statistics.js';
import { markRunning } from '../world/mark-running.js';
import { RowCopies } from '../world/row-copies.js';
import type { Tenant } from '../world/tenant.js';
import { timedPost } from '../world/timed-post.js';
import { World } from '../world/world.js';

const SAMPLES = 400;
/** Compilers, caches and connections get warm first. */
const WARM_UP = 100;
const DESCRIPTOR = 'three-tier';

export const acceptLatency: Measure = {
  id: 'P6',
  title: 'p99 of POST vsys ÷ p99 of the bare transaction that writes the same rows',
  async run({ servers, say }) {
    const world = await World.open(servers, {
      pool: { profile: 'instant', timeScale: 1, hosts: 3 },
      workers: 1,
    });
    const client = new Client({ connectionString: world.databaseUrl });
    const agent = new Agent({ connections: 1 });
    try {
      const tenant = await world.startApi();
      await world.stopWorkers();
      await client.connect();
      const model = await post(tenant, agent, 'model');
      const copies = await RowCopies.of(client, model.vsysId);
      say(`${WARM_UP + SAMPLES} times each: POST of ${DESCRIPTOR}, transaction of ${copies.rows} rows`);
      const posts: number[] = [];
      const transactions: number[] = [];
      for (let round = 0; round < WARM_UP + SAMPLES; round += 1) {
        const { ms, vsysId } = await post(tenant, agent, `system-${round}`);
        posts.push(ms);
        transactions.push(await copies.writeOnce());
        // The copies are of a planned system too, so both kinds are settled.
        await markRunning(client, vsysId);
      }
      return [judge(posts.slice(WARM_UP), transactions.slice(WARM_UP), copies.rows)];
    } finally {
      await Promise.all([client.end(), agent.close()]);
      await world.close();
    }
  },
};

function judge(posts: readonly number[], transactions: readonly number[], rows: number) {
  const at = (fraction: number): string =>
    `${percentile(posts, fraction).toFixed(1)} ms against ${percentile(transactions, fraction).toFixed(1)} ms`;
  return atMost(3, {
    name: 'P6 p99 of POST vsys ÷ bare transaction',
    measured: percentile(posts, 0.99) / percentile(transactions, 0.99),
    limit: 1,
    conditions: `${DESCRIPTOR} (${rows} rows), ${posts.length} samples each, in turns, one at a time, durable commits, earlier systems running; p99 ${at(0.99)}, median ${at(0.5)}`,
  });
}

/** From sending the request to having read the answer, ms. */
async function post(tenant: Tenant, agent: Agent, name: string): Promise<{ ms: number; vsysId: string }> {
  const { ms, status, text } = await timedPost(tenant, agent, { name, descriptor: { name: DESCRIPTOR } });
  if (status !== 202) throw new Error(`POST answered ${status}: ${text}`);
  return { ms, vsysId: (JSON.parse(text) as { vsysId: string }).vsysId };
}
