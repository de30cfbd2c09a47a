/**
 * Traffic to the internet, for bills: what appliances send through their cards in the zone's external network, as the pool
 * measures it. Nobody inside a system can change these figures, and a counter that starts anew is the pool's to notice
 * (XenAPI tells rates). What was not measured is not billed.
 *
 * A step counts when its row of figures is new, in the same statement: told twice it counts once.
 */
import { TRAFFIC_PRODUCT } from '@openvsys/metering';
import type { VServerSample } from '@openvsys/vsys';

const HOUR_MS = 3_600_000;

/** The hour that the step belongs to; `at` is its end. */
export const hourOf = (at: Date): Date => new Date(Math.floor((at.getTime() - 1) / HOUR_MS) * HOUR_MS);

/** What each card sent, bytes a second; cards that are gone or were not measured are left out. */
export const sentByNic = ({ nics }: VServerSample): readonly { nic: string; rate: number }[] =>
  nics.flatMap(({ nic, sentBytesPerSecond: rate }) =>
    nic === null || rate === null || rate <= 0 ? [] : [{ nic, rate }],
  );

/**
 * Follows `input` (with `hour`, `seconds`, `sent_by_nic`) and `stored`, the steps that are new. Hours that were closed before
 * are closed again; closing goes on after the last closed hour, so all later ones are too (a pool keeps minutes for two hours).
 */
export const COUNT_TRAFFIC = `
sent AS (
  SELECT i.hour, n.vserver_id, n.organization_id, v.vdc_id, n.vsys_id, round(sum(s.rate * i.seconds))::bigint AS bytes
  FROM input i JOIN stored ON stored.vserver_id = i.vserver_id AND stored.at = i.at
    CROSS JOIN LATERAL jsonb_to_recordset(i.sent_by_nic) AS s(nic text, rate float8)
    JOIN nic n ON n.id = s.nic AND n.vserver_id = i.vserver_id AND n.vnet_id IS NULL
    JOIN vsys v ON v.id = n.vsys_id
  GROUP BY i.hour, n.vserver_id, n.organization_id, v.vdc_id, n.vsys_id
), counted AS (
  INSERT INTO usage_count AS c (hour, resource, dimension, product, organization_id, vdc_id, vsys_id, quantity)
  SELECT hour, vserver_id, 'network-out', '${TRAFFIC_PRODUCT}', organization_id, vdc_id, vsys_id, bytes FROM sent WHERE bytes > 0
  ON CONFLICT (hour, resource, dimension, product) DO UPDATE SET quantity = c.quantity + excluded.quantity
  RETURNING hour
), reopened AS (
  DELETE FROM closed_hour WHERE hour >= (SELECT min(hour) FROM counted)
)`;
