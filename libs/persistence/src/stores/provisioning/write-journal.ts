/** Intents and results of actions. Writing the same ones again changes nothing. */
import type { ActionResult, Fence, Intent, Turn } from '@openvsys/vsys';
import type { Session } from '../../session.js';

const INSERT_INTENTS = `
INSERT INTO action (id, operation_id, vsys_id, part, kind, key, attempt, action, host, epoch, created_at)
SELECT i.id, i."operationId", $1, i.action->>'part', i.action->>'kind', i.key, i.attempt, i.action, i.host, $2, $3
FROM jsonb_to_recordset($4::jsonb) AS i(id uuid, "operationId" uuid, action jsonb, key text, attempt integer, host uuid)
ON CONFLICT (id) DO NOTHING`;

const RECORD_RESULTS = `
UPDATE action a SET outcome = r.outcome, error = r.error, started_at = r."startedAt", finished_at = r."finishedAt"
FROM jsonb_to_recordset($2::jsonb)
  AS r(id uuid, outcome text, error jsonb, "startedAt" timestamptz, "finishedAt" timestamptz)
WHERE a.id = r.id AND a.vsys_id = $1 AND a.outcome IS NULL`;

export async function writeJournal(session: Session, fence: Fence, turn: Turn): Promise<void> {
  const intents: readonly Intent[] = turn.intents ?? [];
  const results: readonly ActionResult[] = turn.results ?? [];
  if (intents.length > 0) {
    await session.change(INSERT_INTENTS, [turn.vsysId, fence.epoch, turn.at, JSON.stringify(intents)]);
  }
  if (results.length > 0) await session.change(RECORD_RESULTS, [turn.vsysId, JSON.stringify(results)]);
}
