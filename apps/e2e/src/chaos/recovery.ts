/** How long after a fault the pool is served again: its owner's lease is valid and was renewed since, by whomever. */
import { LEASE_SECONDS } from '../cloud/cloud.js';
import { eventually } from '../process/eventually.js';
import type { ChaosWorld } from './chaos-world.js';

/** A worker renews three times a lease. */
const LIMIT_MS = 60_000;

const LOOK = `
SELECT (SELECT count(*)::int FROM action WHERE outcome = 'done') AS done,
  (SELECT count(*)::int FROM operation WHERE state IN ('queued', 'running', 'rolling-back')) AS open`;

/** In leases, from now to the next step that is done; undefined when nothing is to be done. */
export async function recoveryOf({ cloud }: ChaosWorld): Promise<number | undefined> {
  const begun = performance.now();
  const look = async () => cloud.database.session(async (s) => s.first<{ done: number; open: number }>(LOOK));
  const first = await eventually(look, { for: 'the database', limitMs: LIMIT_MS });
  const last = await eventually(
    async () => {
      const now = await look();
      return now !== undefined && (now.done > first.done || now.open === 0) ? now : undefined;
    },
    { for: 'the next step after a fault', limitMs: LIMIT_MS },
  );
  if (last.done === first.done) return undefined;
  return (performance.now() - begun) / 1_000 / LEASE_SECONDS;
}
