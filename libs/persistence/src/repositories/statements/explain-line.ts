/**
 * Why a line of a bill is as it is: the resources behind it with their sums (which add up to the line), the intervals
 * in which they were held, and for each begin and end the event and the operation that it came from.
 */
import { sumAmounts, type Period } from '@openvsys/metering';
import type { OrganizationId, UsageDimension, VsysId } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import { UNPRICED } from '../../stores/usage/close-hour.sql.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from '../reads/filter.js';
import { pageOf, type Keyed } from '../reads/keyset.js';
import { openLines } from '../usage.js';
import type { BillOwner } from './read-bill.js';

/** Which usage: what a line of usage names. */
export interface ExplainedUsage {
  /** Null: not said of lines of old statements; then all. */
  readonly vdcId: string | null;
  /** Empty: of what belongs to no system, images and addresses of a VDC. */
  readonly vsysId: VsysId | '';
  readonly dimension: UsageDimension;
  readonly product: string;
  /** Null: no price was valid. */
  readonly priceId: string | null;
}

/** One resource behind a line; the amounts of all of them are the amount of the line. */
export interface ExplainedResource {
  readonly resource: string;
  readonly quantity: number;
  /** Hours of the month in which it was held at the price. */
  readonly hours: number;
  readonly seconds: number;
  readonly billedSeconds: number;
  readonly amount: string | null;
}

/** What an instant of an interval comes from; null: nothing was recorded at that instant. */
export interface Cause {
  readonly at: Date;
  readonly event: { readonly id: string; readonly type: string } | null;
  readonly operation: {
    readonly id: string;
    readonly kind: string;
    readonly requestedBy: string | null;
  } | null;
}

export interface ExplainedInterval {
  readonly id: string;
  readonly resource: string;
  readonly quantity: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly began: Cause;
  /** Null: still held. */
  readonly ended: Cause | null;
}

const CLOSED = `
SELECT u.resource, u.quantity, count(*)::integer AS hours, sum(u.seconds)::bigint AS seconds,
  sum(u.billed_seconds)::bigint AS "billedSeconds", sum(u.amount)::text AS amount
FROM usage_hour u JOIN closed_hour c ON c.hour = u.hour
WHERE u.organization_id = $1 AND u.hour >= $2 AND u.hour < $3 AND u.vsys_id = $4 AND u.dimension = $5 AND u.product = $6
  AND u.price_id = coalesce($7::uuid, '${UNPRICED}') AND ($8::uuid IS NULL OR u.vdc_id = $8::uuid)
GROUP BY u.resource, u.quantity ORDER BY u.resource COLLATE "C", u.quantity`;

/** One VSYS has some hundreds of parts at most, so all of them at once. `now` is the end of what is counted. */
export async function explainResources(
  session: Session,
  owner: BillOwner,
  { start, end }: Period,
  usage: ExplainedUsage,
  now: Date,
): Promise<readonly ExplainedResource[]> {
  const { vdcId, vsysId, dimension, product, priceId } = usage;
  const keys = [owner.id, start, end, vsysId, dimension, product, priceId, vdcId];
  const closed = await session.rows<ExplainedResource>(CLOSED, keys);
  const open = (await openLines(session, owner.scope, { vsysId, from: start, to: end }, now))
    .filter((line) => vdcId === null || line.vdcId === vdcId)
    .filter((line) => line.dimension === dimension && line.product === product && line.priceId === priceId)
    .map((line): ExplainedResource => ({ ...line, hours: 1 }));
  const groups = Map.groupBy([...closed, ...open], ({ resource, quantity }) =>
    JSON.stringify([resource, quantity]),
  );
  return [...groups.values()].flatMap(added);
}

function added(group: readonly ExplainedResource[]): readonly ExplainedResource[] {
  const [first] = group;
  if (first === undefined) return [];
  const total = (value: (each: ExplainedResource) => number): number =>
    group.reduce((sum, each) => sum + value(each), 0);
  const { resource, quantity } = first;
  return [
    {
      resource,
      quantity,
      hours: total(({ hours }) => hours),
      seconds: total(({ seconds }) => seconds),
      billedSeconds: total(({ billedSeconds }) => billedSeconds),
      amount: group.some(({ amount }) => amount === null)
        ? null
        : sumAmounts(group.map((each) => each.amount)),
    },
  ];
}

/** The exact sum of what is explained, to be held against the line. */
export const explainedAmount = (resources: readonly ExplainedResource[]): string =>
  sumAmounts(resources.map(({ amount }) => amount));

const INTERVALS: ListKey = {
  name: 'explained-intervals',
  columns: [
    { column: 'u.resource', type: 'text' },
    { column: 'u.started_at', type: 'timestamptz' },
    { column: 'u.id', type: 'uuid' },
  ],
  direction: 'ascending',
};

/** The event of the part at the very instant; the engine writes both in one transaction. */
const eventAt = (instant: string): string => `(
  SELECT jsonb_build_object('id', e.id, 'type', e.type) FROM event e
  WHERE (e.vsys_id = u.vsys_id OR u.vsys_id = '' AND e.vsys_id IS NULL AND e.organization_id = u.organization_id)
    AND e.resource = u.resource AND e.at = ${instant} ORDER BY e.id LIMIT 1)`;

/** The operation of the VSYS that was under way at the instant; the newest, when there were several. */
const operationAt = (instant: string): string => `(
  SELECT jsonb_build_object('id', o.id, 'kind', o.kind, 'requestedBy', o.requested_by) FROM operation o
  WHERE o.vsys_id = u.vsys_id AND o.created_at <= ${instant} AND (o.finished_at IS NULL OR o.finished_at >= ${instant})
  ORDER BY o.id DESC LIMIT 1)`;

interface IntervalRow extends Omit<ExplainedInterval, 'began' | 'ended'> {
  readonly beganEvent: Cause['event'];
  readonly beganOperation: Cause['operation'];
  readonly endedEvent: Cause['event'];
  readonly endedOperation: Cause['operation'];
}

/** Intervals that lie in the month at least in part, by resource and begin. */
export async function explainIntervals(
  session: Session,
  organizationId: OrganizationId,
  { start, end }: Period,
  usage: ExplainedUsage,
  page: PageRequest,
): Promise<Page<ExplainedInterval>> {
  const where = new Filter()
    .and('u.organization_id = ?', organizationId)
    .and('u.vsys_id = ?', usage.vsysId)
    .andWhen('u.vdc_id = ?::uuid', usage.vdcId)
    .and('u.dimension = ?', usage.dimension)
    .and('u.product = ?', usage.product)
    .and('u.started_at < ?', end)
    .and('(u.ended_at IS NULL OR u.ended_at > ?)', start)
    .after(INTERVALS, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<IntervalRow & Keyed>(
    `SELECT u.id, u.resource, u.quantity, u.started_at AS "startedAt", u.ended_at AS "endedAt",
       ${eventAt('u.started_at')} AS "beganEvent", ${operationAt('u.started_at')} AS "beganOperation",
       ${eventAt('u.ended_at')} AS "endedEvent", ${operationAt('u.ended_at')} AS "endedOperation",
       ARRAY[u.resource, u.started_at::text, u.id::text] AS "pageKey"
     FROM usage_interval u WHERE ${where.text} ORDER BY u.resource, u.started_at, u.id LIMIT ${limit}`,
    where.parameters,
  );
  const { items, nextCursor } = pageOf<IntervalRow>(INTERVALS.name, page, rows);
  return { items: items.map(intervalOf), nextCursor };
}

function intervalOf({
  beganEvent,
  beganOperation,
  endedEvent,
  endedOperation,
  ...facts
}: IntervalRow): ExplainedInterval {
  const { startedAt, endedAt } = facts;
  return {
    ...facts,
    began: { at: startedAt, event: beganEvent, operation: beganOperation },
    ended: endedAt === null ? null : { at: endedAt, event: endedEvent, operation: endedOperation },
  };
}
