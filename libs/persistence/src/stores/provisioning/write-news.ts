/**
 * The news of a turn: results, states of parts, progress of operations, the VSYS's own phase. Each kind touches rows of
 * its own, so whatever of them a turn brings is written by one statement, together with the events that tell of it.
 */
import type { Turn } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { LockedVsys } from './hold-fence.js';
import type { NewsKind } from './news-kind.js';
import { RESULTS } from './write-journal.js';
import { OPERATIONS } from './write-operations.js';
import { PART_STATUSES } from './write-part-statuses.js';
import { SYSTEM } from './write-system.js';

/** Ids of events are made in this order, and so they are read. */
const KINDS: readonly NewsKind[] = [RESULTS, PART_STATUSES, OPERATIONS, SYSTEM];

/** PostgreSQL wants to know the type of each parameter, also of those that no kind of this turn uses. */
const PARAMETERS = 'parameters AS (SELECT $1::jsonb, $2::text, $3::uuid, $4::timestamptz)';

/** Writing the same news again changes nothing. */
export async function writeNews(session: Session, vsys: LockedVsys, turn: Turn): Promise<void> {
  const told = KINDS.map((kind) => ({ kind, input: kind.inputOf(turn) })).filter(
    ({ input }) => input !== undefined,
  );
  if (told.length === 0) return;
  const inputs = Object.fromEntries(told.map(({ kind, input }) => [kind.name, input]));
  const statement = statementOf(told.map(({ kind }) => kind));
  await session.change(statement, [JSON.stringify(inputs), turn.vsysId, vsys.organizationId, turn.at]);
}

/** There are as many texts as combinations of kinds. */
function statementOf(kinds: readonly NewsKind[]): string {
  const events = kinds.flatMap((kind) => kind.events ?? []);
  const end =
    events.length === 0
      ? 'SELECT'
      : `INSERT INTO event (id, organization_id, vsys_id, resource, type, data, at)\n${events.join('\nUNION ALL\n')}`;
  return `WITH ${[PARAMETERS, ...kinds.map(({ changes }) => changes)].join(',\n')}\n${end}`;
}
