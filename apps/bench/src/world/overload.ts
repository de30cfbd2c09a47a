/** More requests than a caller may send, and the end of a backlog. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Agent } from 'undici';
import { countQueued } from './queued-operations.js';
import type { Order, Tenant } from './tenant.js';
import { timedPost } from './timed-post.js';

export interface Flood {
  readonly sent: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Neither accepted nor refused with the time after which to come again. */
  readonly unclear: number;
}

const REFUSALS: readonly number[] = [429, 503];
const LOOK_EVERY_MS = 1_000;
const SAY_EVERY_MS = 60_000;
/** Without one operation ending for so long, something hangs. */
const STANDSTILL_MS = 300_000;

/** As many at the same time as the agent has connections. */
export async function floodWithRequests(
  tenant: Tenant,
  agent: Agent,
  order: Order,
  count: number,
): Promise<Flood> {
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, n) =>
      timedPost(tenant, agent, { ...order, name: `${order.name}-${n}` }),
    ),
  );
  const groups = Map.groupBy(answers, ({ status }) => String(status));
  const isClear = ({ status, retryAfter }: (typeof answers)[number]): boolean =>
    status === 202 || (REFUSALS.includes(status) && Number(retryAfter) > 0);
  return {
    sent: count,
    byStatus: Object.fromEntries([...groups].map(([status, all]) => [status, all.length])),
    unclear: answers.filter((answer) => !isClear(answer)).length,
  };
}

/** How many operations did not succeed. Throws when nothing moves any more. */
export async function untilNothingIsQueued(client: Client, say: (text: string) => void): Promise<number> {
  let queued = await countQueued(client);
  let moved = performance.now();
  let said = moved;
  while (queued > 0) {
    await delay(LOOK_EVERY_MS);
    const left = await countQueued(client);
    if (left < queued) moved = performance.now();
    if (performance.now() - moved > STANDSTILL_MS) throw new Error(`${left} operations do not end`);
    if (performance.now() - said > SAY_EVERY_MS) {
      said = performance.now();
      say(`${left} operations left`);
    }
    queued = left;
  }
  const { rows } = await client.query<{ n: string }>(
    `SELECT count(*) AS n FROM operation WHERE state IN ('failed', 'cancelled')`,
  );
  return Number(rows[0]?.n ?? 0);
}
