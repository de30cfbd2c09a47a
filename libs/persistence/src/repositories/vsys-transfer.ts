/**
 * A system in another VDC of its organization. Nothing about it changes in the pool; from the instant on it counts against the quotas of
 * the other VDC and is paid for there.
 */
import { quotaDemandOf, type VdcId } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { Session } from '../session.js';
import { enforceArrival } from './quotas.js';
import type { LockedSystem } from './vsys-admission.js';

interface OpenInterval {
  readonly resource: string;
  readonly dimension: string;
  readonly product: string;
  readonly quantity: number;
  readonly endedAt: Date;
}

/** As news of a worker do: an hour that was closed before this reached the database is closed again with it. */
const REOPEN_HOURS = `DELETE FROM closed_hour WHERE hour > $1::timestamptz - interval '1 hour'`;

const CLOSE = `
UPDATE usage_interval u SET ended_at = greatest(u.started_at, $2::timestamptz)
WHERE u.vsys_id = $1 AND u.ended_at IS NULL
RETURNING u.resource, u.dimension, u.product, u.quantity::bigint AS quantity, u.ended_at AS "endedAt"`;

const OPEN = `
INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at)
SELECT i.id, $2, $3, $1, i.resource, i.dimension, i.product, i.quantity, i."endedAt"
FROM jsonb_to_recordset($4::jsonb) AS i(id uuid, resource text, dimension text, product text, quantity bigint,
  "endedAt" timestamptz)`;

/**
 * The system must be locked by `lockVsys`, which keeps its engine from writing usage meanwhile. `at`: metered time. Throws `conflict` when
 * the VDC has a system of its name, `quota-exceeded` for limits of the VDC.
 */
export async function transferVsys(session: Session, vsys: LockedSystem, to: VdcId, at: Date): Promise<void> {
  await session.change('UPDATE vsys SET vdc_id = $2, changed_at = $3 WHERE id = $1', [vsys.id, to, at]);
  await session.change(REOPEN_HOURS, [at]);
  const open = await session.rows<OpenInterval>(CLOSE, [vsys.id, at]);
  if (open.length > 0) {
    const intervals = open.map((interval) => ({ id: uuidv7(), ...interval }));
    await session.change(OPEN, [vsys.id, vsys.organizationId, to, JSON.stringify(intervals)]);
  }
  await enforceArrival(session, to, quotaDemandOf(vsys.spec));
}
