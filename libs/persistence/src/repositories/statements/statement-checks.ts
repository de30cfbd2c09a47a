/** What is looked at before a month is closed for good: a bill that is wrong is worse than a bill that is late. */
import type { Session } from '../../session.js';
import type { Bill, BillOwner } from './read-bill.js';
import { findStatement } from './statement-rows.js';

export interface StatementCheck {
  readonly check: 'ended' | 'hours-closed' | 'nothing-parked' | 'all-priced' | 'no-overlap' | 'usual-amount';
  /** `blocks`: closing is refused unless somebody says why it should be done all the same. */
  readonly severity: 'fine' | 'warns' | 'blocks';
  readonly message: string;
}

/** Hours of the month that are not closed, as far as there was anything to close. */
const OPEN_HOURS = `
SELECT count(*)::integer AS n FROM generate_series(
  greatest($2::timestamptz, (SELECT date_trunc('hour', min(started_at), 'UTC') FROM usage_interval WHERE organization_id = $1)),
  $3::timestamptz - interval '1 hour', interval '1 hour') h
WHERE NOT EXISTS (SELECT FROM closed_hour c WHERE c.hour = h)`;

const PARKED = `
SELECT count(*)::integer AS n FROM usage_parked p JOIN usage_interval u ON u.id = p.interval_id
WHERE u.organization_id = $1 AND p.hour >= $2 AND p.hour < $3`;

const OVERLAPS = `
SELECT count(*)::integer AS n FROM (
  SELECT started_at, max(coalesce(ended_at, 'infinity')) OVER (PARTITION BY resource, dimension
    ORDER BY started_at, ended_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM usage_interval WHERE organization_id = $1 AND started_at < $3 AND (ended_at IS NULL OR ended_at > $2)
    AND (ended_at IS NULL OR ended_at > started_at)) u
WHERE started_at < before`;

/** A month that differs more from the one before is worth a look: 1 is twice as much. */
const UNUSUAL_CHANGE = 0.5;

export async function checkBill(
  session: Session,
  owner: BillOwner,
  bill: Bill,
  now: Date,
): Promise<readonly StatementCheck[]> {
  const { period } = bill;
  const count = async (statement: string): Promise<number> =>
    (await session.first<{ n: number }>(statement, [owner.id, period.start, period.end]))?.n ?? 0;
  const openHours = await count(OPEN_HOURS);
  const parked = await count(PARKED);
  const overlaps = await count(OVERLAPS);
  return [
    blocking('ended', period.end <= now, 'The month has ended.', 'The month has not ended yet.'),
    blocking(
      'hours-closed',
      openHours === 0,
      'Every hour is closed.',
      `${openHours} hours of the month are not closed yet.`,
    ),
    blocking(
      'nothing-parked',
      parked === 0,
      'Nothing was parked.',
      `${parked} hours of intervals could not be billed and wait for a person.`,
    ),
    allPriced(bill),
    blocking(
      'no-overlap',
      overlaps === 0,
      'No second is held twice.',
      `${overlaps} intervals overlap; each second is billed once.`,
    ),
    await usualAmount(session, owner, bill),
  ];
}

const allPriced = ({ unpriced }: Bill): StatementCheck =>
  blocking(
    'all-priced',
    unpriced.length === 0,
    'Everything has a price.',
    `No price for ${[...new Set(unpriced.map(({ product }) => product))].join(', ')}: nothing is charged for it.`,
  );

function blocking(
  check: StatementCheck['check'],
  holds: boolean,
  fine: string,
  broken: string,
): StatementCheck {
  return holds ? { check, severity: 'fine', message: fine } : { check, severity: 'blocks', message: broken };
}

async function usualAmount(session: Session, owner: BillOwner, bill: Bill): Promise<StatementCheck> {
  const check = 'usual-amount';
  const [year = 0, month = 1] = bill.period.label.split('-').map(Number);
  const label = month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
  const previous = await findStatement(session, owner.id, label);
  const before = Number(previous?.total ?? 0);
  if (before === 0) return { check, severity: 'fine', message: 'There is no month before to compare with.' };
  const change = Number(bill.total) / before - 1;
  const percent = `${(change * 100).toFixed(0)} %`;
  if (Math.abs(change) <= UNUSUAL_CHANGE)
    return { check, severity: 'fine', message: `${percent} against ${label}.` };
  return { check, severity: 'warns', message: `The total changed by ${percent} against ${label}.` };
}
