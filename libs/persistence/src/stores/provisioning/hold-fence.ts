/**
 * First statement of every commit of an engine: does the worker still own the pool, by the database's clock?
 * The share lock on the pool's row lets commits of one owner run side by side and makes a take-over wait for them,
 * so no commit of an old owner can end after the new one began.
 */
import { DomainError, type Fence, type OrganizationId, type VdcId, type VsysId } from '@openvsys/vsys';
import type { Session } from '../../session.js';

export interface LockedVsys {
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly generation: number;
}

interface FenceRow {
  readonly held: boolean;
  readonly organizationId: OrganizationId | null;
  readonly vdcId: VdcId | null;
  readonly generation: number | null;
}

const HOLD = `
WITH fence AS (
  SELECT id FROM pool WHERE id = $1 AND lease_owner = $2 AND lease_epoch = $3 AND lease_until > clock_timestamp()
  FOR SHARE
), system AS (
  SELECT organization_id, vdc_id, generation FROM vsys
  WHERE id = $4 AND pool_id = $1 AND (deleted_at IS NULL OR generation <> observed_generation)
    AND EXISTS (SELECT FROM fence)
  FOR NO KEY UPDATE
)
SELECT EXISTS (SELECT FROM fence) AS held, s.organization_id AS "organizationId", s.vdc_id AS "vdcId", s.generation
FROM (SELECT) AS one LEFT JOIN system s ON TRUE`;

/** Locks the VSYS too. Throws `lease-lost`; `stale` when the VSYS is deleted or not of this pool. */
export async function holdFence(session: Session, fence: Fence, vsys: VsysId): Promise<LockedVsys> {
  const row = await session.first<FenceRow>(HOLD, [fence.poolId, fence.workerId, fence.epoch, vsys]);
  if (row?.held !== true) {
    throw new DomainError('lease-lost', 'Another worker owns the pool now.', {
      details: { poolId: fence.poolId, epoch: fence.epoch },
    });
  }
  if (row.organizationId === null || row.vdcId === null || row.generation === null) {
    throw new DomainError('stale', `There is no VSYS ${vsys} to work on in this pool.`, { retry: 'never' });
  }
  return { organizationId: row.organizationId, vdcId: row.vdcId, generation: row.generation };
}
