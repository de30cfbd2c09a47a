/** What must hold of usage and bills: nothing twice, nothing forgotten, sums that are sums. */
import { DIMENSIONS } from '@openvsys/metering';
import type { Invariant } from './invariant-list.js';

/** So far back closed hours are looked through; what is older was looked at before. */
const RECENT = `now() - interval '40 days'`;

const counted = Object.entries(DIMENSIONS)
  .filter(([, { kind }]) => kind === 'counted')
  .map(([dimension]) => `'${dimension}'`)
  .join(', ');
const unitSizes = Object.entries(DIMENSIONS)
  .map(([dimension, { unitSize }]) => `('${dimension}', ${unitSize}::numeric)`)
  .join(', ');

const NOT_CLOSED = 'Do not close the month of the organization before this is repaired.';

export const MONEY_INVARIANTS: readonly Invariant[] = [
  {
    name: 'running-is-metered',
    statement: 'a server that runs is metered as running, one that is stopped is not',
    explanation: 'A tenant uses a server without paying for it, or pays for one that is stopped.',
    repair: [
      NOT_CLOSED,
      'Restart the server by `vsysctl vservers restart`: what it holds is written anew with its state.',
      'Report it as a defect: states and usage are written in one transaction. Settle the difference with `vsysctl adjustments add`.',
    ],
    ids: `SELECT s.id FROM vserver s LEFT JOIN usage_interval u ON u.resource = s.id AND u.ended_at IS NULL
         AND u.dimension IN ('vserver-running', 'efm-running')
       WHERE s.gone_at IS NULL AND ((s.state = 'running' AND u.id IS NULL) OR (s.state = 'stopped' AND u.id IS NOT NULL))`,
  },
  {
    name: 'hours-have-3600-seconds',
    statement: 'no resource is billed for more than the 3,600 seconds of an hour',
    explanation: 'A tenant pays twice for the same time.',
    repair: [
      NOT_CLOSED,
      'Close the hour again; if it stays, report it as a defect with the resource and the hour.',
    ],
    ids: `SELECT resource AS id FROM usage_hour WHERE hour > ${RECENT} AND dimension NOT IN (${counted})
       GROUP BY hour, resource, dimension HAVING sum(seconds) > 3600 OR sum(billed_seconds) > 3600`,
  },
  {
    name: 'hours-forget-nothing',
    statement: 'what was held all through a closed hour is on it',
    explanation: 'A tenant uses something without paying for it.',
    repair: [
      NOT_CLOSED,
      'Look at `vsysctl usage parked`.',
      'Close the hour again; if it stays, report it as a defect.',
    ],
    ids: `SELECT u.id::text AS id FROM closed_hour c JOIN usage_interval u
         ON u.started_at <= c.hour AND (u.ended_at IS NULL OR u.ended_at >= c.hour + interval '1 hour')
       WHERE c.hour > ${RECENT}
         AND NOT EXISTS (SELECT FROM usage_hour h WHERE h.hour = c.hour AND h.resource = u.resource AND h.dimension = u.dimension)
         AND NOT EXISTS (SELECT FROM usage_parked p WHERE p.hour = c.hour AND p.interval_id = u.id)`,
  },
  {
    name: 'amounts-follow-prices',
    statement: 'the amount of each closed hour is quantity × time × price',
    explanation: 'A tenant pays another price than the list says.',
    repair: [
      NOT_CLOSED,
      'Close the hour again; if it stays, report it as a defect with the resource and the hour.',
    ],
    ids: `SELECT h.resource AS id FROM usage_hour h JOIN price p ON p.id = h.price_id
         JOIN (VALUES ${unitSizes}) AS d(dimension, unit_size) ON d.dimension = h.dimension
       WHERE h.hour > ${RECENT}
         AND abs(h.amount - h.quantity * h.billed_seconds * p.amount / d.unit_size) > 0.0000000001`,
  },
  {
    name: 'usage-can-be-billed',
    statement: 'all usage can be billed',
    explanation: 'Something was used that is on no bill; a person has to look at it.',
    repair: [
      'See what and why: `vsysctl usage parked`.',
      'Put right what the reason names; its hours are closed again.',
    ],
    ids: `SELECT DISTINCT interval_id::text AS id FROM usage_parked`,
  },
  {
    name: 'statements-add-up',
    statement: 'a closed statement is the sum of its lines, rounded once',
    explanation: 'A bill that was sent is wrong.',
    repair: [
      'Report it as a defect: nothing of a closed statement may change.',
      'Settle the difference with `vsysctl adjustments add`.',
    ],
    ids: `SELECT s.id::text AS id FROM statement s LEFT JOIN statement_line l ON l.statement_id = s.id
       GROUP BY s.id HAVING s.subtotal <> coalesce(sum(l.amount), 0) OR abs(s.total - s.subtotal) > 0.5`,
  },
  {
    name: 'adjustments-are-billed-once',
    statement: 'a billed adjustment is on its statement, for the same organization and currency',
    explanation: 'A credit is lost or somebody else got it.',
    repair: [
      'Report it as a defect: both are written in one transaction.',
      'Settle the difference with `vsysctl adjustments add`.',
    ],
    ids: `SELECT a.id::text AS id FROM adjustment a JOIN statement s ON s.id = a.statement_id
       WHERE s.organization_id <> a.organization_id OR s.currency <> a.currency OR NOT EXISTS (
         SELECT FROM statement_line l WHERE l.statement_id = s.id AND l.kind = 'adjustment' AND l.amount = a.amount)`,
  },
];
