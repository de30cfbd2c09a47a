/**
 * Days of the contract on which something may be paid in full because it was begun. Of the lines of a resource's last hour
 * on a day the one that was held longest speaks for the day; when its price is for days, what is missing of the day is
 * paid with it. Everything that the resource held on the day counts as billed, also at other prices.
 *
 *   closed hours ──► last line and seconds of each day ─┐
 *   open hours ────► the same ──────────────────────────┴──► the later of the two speaks, the seconds add up
 */
import type { DayOfResource, Period } from '@openvsys/metering';
import type { OrganizationId } from '@openvsys/vsys';
import { DateTime } from 'luxon';
import type { Session } from '../../session.js';
import { UNPRICED } from '../../stores/usage/close-hour.sql.js';
import type { UsageLine } from '../usage.js';

/** A day as its closed or its open hours tell it. */
interface DayPart extends Omit<DayOfResource, 'priceId'> {
  /** Of the line that speaks. */
  readonly priceId: string | null;
  readonly hour: Date;
  readonly seconds: number;
}

/** $5: what has open hours; only what has a price for days in the month or open hours matters. */
const CLOSED = `
SELECT d.vdc_id AS "vdcId", d.vsys_id AS "vsysId", d.resource, d.dimension, d.day::text AS day,
  d.billed::integer AS "billedSeconds", d.product, d.quantity, nullif(d.price_id, '${UNPRICED}') AS "priceId", d.hour,
  d.seconds
FROM (
  SELECT u.*, sum(u.billed_seconds) OVER on_day AS billed, row_number() OVER (on_day
    ORDER BY u.hour DESC, u.seconds DESC, u.product COLLATE "C", u.quantity, u.price_id) AS rank
  FROM (
    SELECT h.*, (h.hour AT TIME ZONE $4)::date AS day FROM usage_hour h JOIN closed_hour c ON c.hour = h.hour
    WHERE h.organization_id = $1 AND h.hour >= $2 AND h.hour < $3 AND EXISTS (SELECT FROM price WHERE minimum = 'day')
      AND (h.resource, h.dimension) IN (
        SELECT x.resource, x.dimension FROM usage_hour x JOIN price p ON p.id = x.price_id AND p.minimum = 'day'
        WHERE x.organization_id = $1 AND x.hour >= $2 AND x.hour < $3
        UNION ALL
        SELECT o.resource, o.dimension FROM jsonb_to_recordset($5::jsonb) AS o(resource text, dimension text))
  ) u WINDOW on_day AS (PARTITION BY u.resource, u.dimension, u.day)
) d WHERE d.rank = 1 ORDER BY d.resource, d.dimension, d.day`;

/** `open`: lines of the hours of the period that are not closed. */
export async function readBegunDays(
  session: Session,
  organizationId: OrganizationId,
  { start, end, timeZone }: Period,
  open: readonly UsageLine[],
): Promise<readonly DayOfResource[]> {
  const fromOpen = daysOf(open, timeZone);
  const things = JSON.stringify(fromOpen.map(({ resource, dimension }) => ({ resource, dimension })));
  const closed = await session.rows<DayPart>(CLOSED, [organizationId, start, end, timeZone, things]);
  const days = Map.groupBy([...closed, ...fromOpen], ({ resource, dimension, day }) =>
    JSON.stringify([resource, dimension, day]),
  );
  return [...days.values()].flatMap(together);
}

function together(parts: readonly DayPart[]): readonly DayOfResource[] {
  const last = parts.reduce((latest, part) => (part.hour > latest.hour ? part : latest));
  const { hour: _hour, seconds: _seconds, priceId, ...day } = last;
  if (priceId === null) return [];
  return [{ ...day, priceId, billedSeconds: parts.reduce((sum, part) => sum + part.billedSeconds, 0) }];
}

function daysOf(open: readonly UsageLine[], timeZone: string): readonly DayPart[] {
  const dayOf = (hour: Date): string => DateTime.fromJSDate(hour, { zone: timeZone }).toFormat('yyyy-MM-dd');
  const labels = new Map(
    [...new Set(open.map(({ hour }) => hour.getTime()))].map((ms) => [ms, dayOf(new Date(ms))]),
  );
  const days = Map.groupBy(open, ({ resource, dimension, hour }) =>
    JSON.stringify([resource, dimension, labels.get(hour.getTime())]),
  );
  return [...days.values()].flatMap((lines) => {
    const last = lines.toSorted(byWhoSpeaks)[0];
    if (last === undefined) return [];
    const { vdcId, vsysId, resource, dimension, product, quantity, priceId, hour, seconds } = last;
    const billedSeconds = lines.reduce((sum, line) => sum + line.billedSeconds, 0);
    const day = labels.get(hour.getTime()) ?? '';
    return [
      { vdcId, vsysId, resource, dimension, product, quantity, priceId, hour, seconds, day, billedSeconds },
    ];
  });
}

/** As the statement above sorts. */
function byWhoSpeaks(a: UsageLine, b: UsageLine): number {
  const byTime = b.hour.getTime() - a.hour.getTime() || b.seconds - a.seconds;
  if (byTime !== 0) return byTime;
  if (a.product !== b.product) return a.product < b.product ? -1 : 1;
  return a.quantity - b.quantity || ((a.priceId ?? UNPRICED) < (b.priceId ?? UNPRICED) ? -1 : 1);
}
