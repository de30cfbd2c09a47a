/** Where images are, and where they can go. */
import type { OrganizationId, PoolId, SrUuid } from '@openvsys/vsys';
import type { Session } from '../../session.js';

export interface ImagePlace {
  readonly poolId: PoolId;
  readonly poolName: string;
  readonly zoneId: string;
  readonly zoneName: string;
  readonly sr: SrUuid;
  readonly srName: string | null;
  readonly systemDiskGiB: number;
}

/** By pool and storage; bounded by the number of storages that there are. */
export async function listImagePlaces(session: Session, template: string): Promise<readonly ImagePlace[]> {
  return session.rows<ImagePlace>(
    `SELECT i.pool_id AS "poolId", p.name AS "poolName", z.id AS "zoneId", z.name AS "zoneName", i.sr,
       s.name AS "srName", i.system_disk_gib AS "systemDiskGiB"
     FROM pool_image i JOIN pool p ON p.id = i.pool_id JOIN zone z ON z.id = p.zone_id
     LEFT JOIN pool_sr s ON s.pool_id = i.pool_id AND s.uuid = i.sr
     WHERE i.name = $1 ORDER BY p.name, i.sr LIMIT 1000`,
    [template],
  );
}

export interface ImageTarget {
  readonly poolId: PoolId;
  readonly sr: SrUuid;
  readonly freeGiB: number;
}

/** XenAPI `SR.type` of storages that hold installation media. */
const STORAGE = `s.type NOT IN ('iso', 'udev')
  AND (s.shared OR (SELECT count(*) FROM pool_host h WHERE h.pool_id = s.pool_id) = 1)`;

/**
 * Storages that can take an image: of each pool that takes new systems the one with the most room. `organization`: only in the
 * zones of its VDCs; null: in all.
 */
export async function listImageTargets(
  session: Session,
  organization: OrganizationId | null,
): Promise<readonly ImageTarget[]> {
  return session.rows<ImageTarget>(
    `SELECT DISTINCT ON (s.pool_id) s.pool_id AS "poolId", s.uuid AS sr, s.free_gib AS "freeGiB"
     FROM pool_sr s JOIN pool p ON p.id = s.pool_id
     WHERE p.enabled AND NOT p.draining AND ${STORAGE}
       AND ($1::uuid IS NULL OR p.zone_id IN (SELECT v.zone_id FROM vdc v WHERE v.organization_id = $1::uuid))
     ORDER BY s.pool_id, s.free_gib DESC, s.uuid`,
    [organization],
  );
}

/** A storage of a pool that can hold disks; undefined when there is none of this uuid. */
export async function findImageTarget(
  session: Session,
  pool: PoolId,
  sr: SrUuid,
): Promise<ImageTarget | undefined> {
  return session.first<ImageTarget>(
    `SELECT s.pool_id AS "poolId", s.uuid AS sr, s.free_gib AS "freeGiB" FROM pool_sr s
      WHERE s.pool_id = $1 AND s.uuid = $2::uuid AND s.type NOT IN ('iso', 'udev')`,
    [pool, sr],
  );
}
