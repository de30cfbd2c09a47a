/** Intents and results of actions. Writing the same ones again changes nothing. */
import type { Fence, Intent, Turn } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { NewsKind } from './news-kind.js';

const INSERT_INTENTS = `
INSERT INTO action (id, operation_id, vsys_id, part, kind, key, attempt, action, host, epoch, created_at)
SELECT i.id, i."operationId", $1, i.action->>'part', i.action->>'kind', i.key, i.attempt, i.action, i.host, $2, $3
FROM jsonb_to_recordset($4::jsonb) AS i(id uuid, "operationId" uuid, action jsonb, key text, attempt integer, host uuid)
ON CONFLICT (id) DO NOTHING`;

export async function writeIntents(session: Session, fence: Fence, turn: Turn): Promise<void> {
  const intents: readonly Intent[] = turn.intents ?? [];
  if (intents.length === 0) return;
  await session.change(INSERT_INTENTS, [turn.vsysId, fence.epoch, turn.at, JSON.stringify(intents)]);
}

export const RESULTS: NewsKind = {
  name: 'results',
  changes: `
results_recorded AS (
  UPDATE action a SET outcome = r.outcome, error = r.error, started_at = r."startedAt", finished_at = r."finishedAt"
  FROM jsonb_to_recordset($1::jsonb->'results')
    AS r(id uuid, outcome text, error jsonb, "startedAt" timestamptz, "finishedAt" timestamptz)
  WHERE a.id = r.id AND a.vsys_id = $2 AND a.outcome IS NULL
)`,
  inputOf: ({ results = [] }) => (results.length > 0 ? results : undefined),
};
