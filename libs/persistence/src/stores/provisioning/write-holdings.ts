/**
 * Usage intervals, level-triggered: what a part holds is compared with what is open for it, the difference is closed
 * or opened. Writing the same holdings again changes nothing. Intervals of one part and dimension never overlap, also
 * when a clock went back: an end is never before its start and a start never before the last end.
 */
import type { Holdings, PartId, Turn, UsageDimension } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { Session } from '../../session.js';
import type { LockedVsys } from './hold-fence.js';

interface HoldingRow {
  readonly id: string;
  readonly resource: PartId;
  readonly dimension: UsageDimension;
  readonly product: string;
  readonly quantity: number;
}

const HELD = `jsonb_to_recordset($2::jsonb) AS h(id uuid, resource text, dimension text, product text, quantity bigint)`;

/**
 * An hour that was closed before this turn reached the database is closed again with it; the closer waits a while after
 * each hour, so this is rare.
 */
const REOPEN_HOURS = `DELETE FROM closed_hour WHERE hour > $3::timestamptz - interval '1 hour'`;

const CLOSE = `
WITH reopened AS (${REOPEN_HOURS})
UPDATE usage_interval u SET ended_at = greatest(u.started_at, $3::timestamptz)
WHERE u.resource = ANY($1::text[]) AND u.ended_at IS NULL AND NOT EXISTS (
  SELECT FROM ${HELD} WHERE h.resource = u.resource AND h.dimension = u.dimension
    AND h.product = u.product AND h.quantity = u.quantity)`;

/** Only for parts that are there: nobody would ever close what was opened for one that is gone. */
const OPEN = `
INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at)
SELECT h.id, $4, $5, $1, h.resource, h.dimension, h.product, h.quantity,
  greatest($3::timestamptz, (SELECT max(e.ended_at) FROM usage_interval e
    WHERE e.resource = h.resource AND e.dimension = h.dimension))
FROM ${HELD}
WHERE ${['vserver', 'vdisk', 'public_ip', 'snapshot', 'backup']
  .map((table) => `EXISTS (SELECT FROM ${table} p WHERE p.id = h.resource AND p.gone_at IS NULL)`)
  .join(' OR ')}
ON CONFLICT (resource, dimension) WHERE ended_at IS NULL DO NOTHING`;

/** What a turn says of usage: parts that are gone hold nothing, whether the caller says so or not. */
function holdingsOfTurn(turn: Turn): readonly Holdings[] {
  const said = new Set((turn.holdings ?? []).map(({ resource }) => resource));
  const gone = (turn.parts ?? []).filter(({ part, state }) => state === 'gone' && !said.has(part));
  return [...(turn.holdings ?? []), ...gone.map(({ part }) => ({ resource: part, items: [] }))];
}

export async function writeHoldings(session: Session, vsys: LockedVsys, turn: Turn): Promise<void> {
  const holdings = holdingsOfTurn(turn);
  if (holdings.length === 0) return;
  const rows: readonly HoldingRow[] = holdings.flatMap(({ resource, items }) =>
    items.filter(({ quantity }) => quantity > 0).map((item) => ({ id: uuidv7(), resource, ...item })),
  );
  const json = JSON.stringify(rows);
  await session.change(CLOSE, [holdings.map(({ resource }) => resource), json, turn.meteredAt ?? turn.at]);
  if (rows.length > 0) {
    await session.change(OPEN, [
      turn.vsysId,
      json,
      turn.meteredAt ?? turn.at,
      vsys.organizationId,
      vsys.vdcId,
    ]);
  }
}
