/** What was admitted to pools but is not built yet: it is missing in the capacity that was last seen. */
import type { HostUuid, PoolId, SrUuid, VsysId } from '@openvsys/vsys';
import type { Session } from '../../session.js';

/** A server that still needs memory on a host, a system disk, or both. */
export interface PendingServer {
  readonly poolId: PoolId;
  readonly vsysId: VsysId;
  readonly role: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly image: string;
  readonly systemDiskGiB: number;
  readonly needsMemory: boolean;
  readonly needsDisk: boolean;
}

export interface PendingDisks {
  readonly poolId: PoolId;
  readonly sr: SrUuid;
  readonly sizeGiB: number;
}

export async function listPendingServers(
  session: Session,
  pools: readonly PoolId[],
): Promise<readonly PendingServer[]> {
  return session.rows<PendingServer>(
    `SELECT p.* FROM (
       SELECT v.pool_id AS "poolId", s.vsys_id AS "vsysId", s.role, s.vcpus, s.memory_mib AS "memoryMiB", s.image,
         s.system_disk_gib AS "systemDiskGiB", (s.wanted_power = 'running' AND s.host IS NULL) AS "needsMemory",
         s.state IN ('planned', 'creating') AS "needsDisk"
       FROM vsys v JOIN vserver s ON s.vsys_id = v.id
       WHERE v.pool_id = ANY($1::uuid[]) AND v.deleted_at IS NULL AND s.wanted AND s.gone_at IS NULL) p
     WHERE p."needsMemory" OR p."needsDisk"`,
    [pools],
  );
}

/** Data disks that are not built yet, added up by storage. */
export async function listPendingDisks(
  session: Session,
  pools: readonly PoolId[],
): Promise<readonly PendingDisks[]> {
  return session.rows<PendingDisks>(
    `SELECT v.pool_id AS "poolId", d.sr, sum(d.size_gib)::integer AS "sizeGiB"
     FROM vsys v JOIN vdisk d ON d.vsys_id = v.id
     WHERE v.pool_id = ANY($1::uuid[]) AND v.deleted_at IS NULL AND d.wanted AND d.gone_at IS NULL
       AND d.state IN ('planned', 'creating')
     GROUP BY v.pool_id, d.sr`,
    [pools],
  );
}

/** First key of the advisory locks that let admissions of one zone choose their place one after the other. */
const PLACE_LOCK = 7_266_839;

/** Held until the transaction ends, so that two admissions never count on the same free memory. */
export async function lockPlaces(session: Session, zoneId: string): Promise<void> {
  await session.rows(`SELECT pg_advisory_xact_lock(${PLACE_LOCK}, hashtext($1::text))`, [zoneId]);
}

export interface HostLoad {
  readonly host: HostUuid;
  readonly memoryMiB: number;
}

/** Guest memory of our servers by host: a capacity that was seen before they started does not know of them. */
export async function listHostLoads(
  session: Session,
  pools: readonly PoolId[],
): Promise<readonly HostLoad[]> {
  return session.rows<HostLoad>(
    `SELECT s.host, sum(s.memory_mib)::integer AS "memoryMiB"
     FROM vsys v JOIN vserver s ON s.vsys_id = v.id
     WHERE v.pool_id = ANY($1::uuid[]) AND v.deleted_at IS NULL AND s.gone_at IS NULL AND s.host IS NOT NULL
     GROUP BY s.host`,
    [pools],
  );
}
