/** What a VSYS holds at the moment: the intervals that are open. */
import type { Holdings, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';

export async function listOpenHoldings(session: Session, vsysId: VsysId): Promise<readonly Holdings[]> {
  return session.rows<Holdings>(
    `SELECT u.resource, jsonb_agg(jsonb_build_object('dimension', u.dimension, 'product', u.product, 'quantity',
       u.quantity) ORDER BY u.dimension) AS items
     FROM usage_interval u WHERE u.vsys_id = $1 AND u.ended_at IS NULL GROUP BY u.resource ORDER BY u.resource`,
    [vsysId],
  );
}
