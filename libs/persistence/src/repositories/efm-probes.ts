/**
 * Ports that an appliance is asked to look at from inside its system.
 *
 *   waiting ──agent asks──► running ──it answers──────────────► answered
 *                              └── not within its seconds ──► silent
 *
 * Who asked takes its rows away; those of a worker that died are forgotten after an hour. Times are PostgreSQL's.
 */
import type { VServerId } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface ProbeWish {
  readonly address: string;
  readonly port: number;
  /** Of a GET; null: a TCP connection is enough. */
  readonly path: string | null;
  /** How long the agent tries. */
  readonly seconds: number;
}

export type EfmProbeState = 'waiting' | 'running' | 'answered' | 'silent' | 'lost';

const KEPT = `interval '1 hour'`;
/** An agent that took a probe tells of its end this long after it at the latest. */
const GRACE_SECONDS = 15;
/** Handed out at once: all servers of one start order of a large system. */
const MOST_AT_ONCE = 200;

/** Wakes the agent. */
export async function insertEfmProbe(
  session: Session,
  probe: { readonly id: string; readonly vserverId: VServerId; readonly wish: ProbeWish },
): Promise<void> {
  await session.change(`DELETE FROM efm_probe WHERE created_at < now() - ${KEPT}`);
  await session.change(
    `INSERT INTO efm_probe (id, vserver_id, wish, created_at) VALUES ($1, $2, $3::jsonb, now())`,
    [probe.id, probe.vserverId, JSON.stringify(probe.wish)],
  );
  await session.notify('openvsys_efm', probe.vserverId);
}

/** `lost`: the agent took it and says nothing any more, or it was forgotten. */
export async function findEfmProbeState(session: Session, id: string): Promise<EfmProbeState> {
  const row = await session.first<{ state: EfmProbeState }>(
    `SELECT CASE WHEN state = 'running' AND started_at < now() - make_interval(secs => (wish->>'seconds')::integer + ${GRACE_SECONDS})
       THEN 'lost' ELSE state END AS state FROM efm_probe WHERE id = $1::uuid`,
    [id],
  );
  return row?.state ?? 'lost';
}

export async function removeEfmProbes(session: Session, ids: readonly string[]): Promise<void> {
  await session.change('DELETE FROM efm_probe WHERE id = ANY ($1::uuid[])', [ids]);
}

/** For the agent: is there anything to do. One look for all, as thousands of agents ask. */
export async function findWaitingWork(
  session: Session,
  id: VServerId,
): Promise<{ readonly captures: boolean; readonly probes: boolean }> {
  const row = await session.first<{ captures: boolean; probes: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM efm_capture WHERE vserver_id = $1 AND state = 'waiting') AS captures,
            EXISTS (SELECT 1 FROM efm_probe WHERE vserver_id = $1 AND state = 'waiting') AS probes`,
    [id],
  );
  return row ?? { captures: false, probes: false };
}

/** The agent takes what waits; each goes to one start of it only. */
export async function startEfmProbes(
  session: Session,
  id: VServerId,
): Promise<{ readonly id: string; readonly wish: ProbeWish }[]> {
  return session.rows(
    `UPDATE efm_probe SET state = 'running', started_at = now() WHERE id IN (
       SELECT id FROM efm_probe WHERE vserver_id = $1 AND state = 'waiting' ORDER BY created_at LIMIT ${MOST_AT_ONCE}
       FOR UPDATE SKIP LOCKED) RETURNING id, wish`,
    [id],
  );
}

/** What the agent found. One that nobody waits for any more is thrown away. */
export async function finishEfmProbe(
  session: Session,
  id: VServerId,
  probe: string,
  result: { readonly state: 'answered' } | { readonly state: 'silent'; readonly error: string },
): Promise<void> {
  await session.change(
    `UPDATE efm_probe SET state = $3, error = $4 WHERE vserver_id = $1 AND id = $2::uuid AND state = 'running'`,
    [id, probe, result.state, 'error' in result ? result.error : null],
  );
}
