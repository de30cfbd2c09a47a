/** Images of closed organizations, once their retention is over: nobody is left to remove them, or to pay for them. */
import type { OrganizationId, PoolId, SrUuid } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { Session } from '../../session.js';
import { endShares } from './image-sharing.js';
import { insertImageOperation } from './image-operations.js';
import { endImage } from './settle-image-operation.js';

interface LeftImage {
  readonly template: string;
  readonly organizationId: OrganizationId;
  readonly family: string;
  readonly version: number;
  readonly places: readonly { readonly poolId: PoolId; readonly sr: SrUuid }[];
}

/** With no server and no work on it left; locked, so that only one worker takes it up. */
const LEFT = `
SELECT i.name AS template, i.organization_id AS "organizationId", i.family, i.version,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('poolId', p.pool_id, 'sr', p.sr)), '[]') FROM pool_image p
    WHERE p.name = i.name) AS places
FROM disk_image i JOIN organization o ON o.id = i.organization_id
WHERE o.state = 'closed' AND o.delete_after <= $1 AND i.state IN ('awaiting-upload', 'available', 'failed', 'removing')
  AND NOT EXISTS (SELECT FROM vserver s WHERE s.image = i.name AND s.released_at IS NULL)
  AND NOT EXISTS (SELECT FROM pool_operation w WHERE w.image = i.name AND w.finished_at IS NULL)
ORDER BY i.name LIMIT $2 FOR UPDATE OF i SKIP LOCKED`;

/** `metered`: as bills see the time. Answers how many were begun with or ended. */
export async function endImagesOfClosed(
  session: Session,
  { at, metered }: { readonly at: Date; readonly metered: Date },
  limit: number,
): Promise<number> {
  const left = await session.rows<LeftImage>(LEFT, [at, limit]);
  for (const image of left) {
    const { template, organizationId, family, places } = image;
    await endShares(session, organizationId, family);
    if (places.length === 0) {
      await endImage(session, template, image, { at, metered });
      continue;
    }
    await session.change(`UPDATE disk_image SET state = 'removing', upload = NULL WHERE name = $1`, [
      template,
    ]);
    for (const { poolId, sr } of places)
      await insertImageOperation(session, {
        id: uuidv7(),
        poolId,
        task: { kind: 'image.remove', image: template, sr },
        organizationId,
        requestId: null,
        requestedBy: `organization:${organizationId}`,
        createdAt: at,
      });
  }
  return left.length;
}
