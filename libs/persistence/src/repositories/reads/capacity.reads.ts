/**
 * Where new servers and disks could go: pools as they were seen last, and what was admitted to them since and is missing
 * in what was seen.
 */
import type { HostUuid, PoolCapacity, PoolId, SrUuid } from '@openvsys/vsys';
import type { Session } from '../../session.js';

/** Servers of one size and image that still need memory on a host, a system disk, or both. */
export interface PendingServers {
  readonly count: number;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly image: string;
  readonly systemDiskGiB: number;
  /** Null: where the image is. */
  readonly systemSr: SrUuid | null;
  readonly needsMemory: boolean;
  readonly needsDisk: boolean;
}

export interface HostLoad {
  readonly host: HostUuid;
  readonly memoryMiB: number;
}

export interface PoolPlace extends PoolCapacity {
  readonly poolId: PoolId;
  readonly name: string;
  /** Takes no new systems; those that it has may grow. */
  readonly draining: boolean;
  /** Null: the pool was never seen, so nothing is known to fit. */
  readonly seenAt: Date | null;
  readonly freeVlans: number;
  /** Its hosts can make tunnels between them, as it was seen last. */
  readonly hasTunnels: boolean;
  readonly pendingServers: readonly PendingServers[];
  /** Data disks and back-ups that are not built yet, added up by storage. */
  readonly pendingDisks: readonly { readonly sr: SrUuid; readonly sizeGiB: number }[];
  /** Guest memory of our servers by host: a capacity that was seen before they started does not know of them. */
  readonly hostLoads: readonly HostLoad[];
}

/**
 * The conditions are those of the pending indexes, word for word, so that only pending rows are looked at. The pool is
 * looked up row by row: joined, a database without statistics yet may walk through all systems for each row.
 */
const POOL_OF = '(SELECT v.pool_id FROM vsys v WHERE v.id = p.vsys_id)';

const PENDING_SERVERS = `
SELECT pool_id, count(*) AS count, vcpus, memory_mib, image, system_disk_gib, system_sr, needs_memory, needs_disk FROM (
  SELECT ${POOL_OF} AS pool_id, p.vcpus, p.memory_mib, p.image, p.system_disk_gib, p.system_sr,
    (p.wanted_power = 'running' AND p.host IS NULL) AS needs_memory, p.state IN ('planned', 'creating') AS needs_disk
  FROM vserver p WHERE p.wanted AND p.gone_at IS NULL
    AND (p.state IN ('planned', 'creating') OR (p.wanted_power = 'running' AND p.host IS NULL))) AS pending
GROUP BY pool_id, vcpus, memory_mib, image, system_disk_gib, system_sr, needs_memory, needs_disk`;

const PENDING_DISKS = `
SELECT pool_id, sr, sum(size_gib)::integer AS size_gib FROM (
  SELECT ${POOL_OF} AS pool_id, p.sr, p.size_gib
  FROM vdisk p WHERE p.wanted AND p.gone_at IS NULL AND p.state IN ('planned', 'creating')
  UNION ALL SELECT ${POOL_OF}, p.sr, p.size_gib
  FROM backup p WHERE p.wanted AND p.gone_at IS NULL AND p.state IN ('planned', 'creating')) AS pending
GROUP BY pool_id, sr`;

const HOST_LOADS = `
SELECT host, sum(memory_mib)::integer AS memory_mib FROM vserver
WHERE gone_at IS NULL AND host IS NOT NULL GROUP BY host`;

/** One statement, so that it is one consistent picture. */
const PLACES = `
WITH servers AS (${PENDING_SERVERS}), disks AS (${PENDING_DISKS}), loads AS (${HOST_LOADS})
SELECT p.id AS "poolId", p.name, p.draining,
  (SELECT max(seen_at) FROM pool_host h WHERE h.pool_id = p.id) AS "seenAt",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('uuid', uuid, 'name', name, 'cpus', cpus, 'memoryMiB', memory_mib,
    'freeMemoryMiB', free_memory_mib, 'available', available, 'roles', roles) ORDER BY uuid), '[]')
    FROM pool_host WHERE pool_id = p.id) AS hosts,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('uuid', uuid, 'name', name, 'type', type, 'shared', shared,
    'sizeGiB', size_gib, 'freeGiB', free_gib) || CASE WHEN disk_class IS NULL THEN '{}'::jsonb
    ELSE jsonb_build_object('diskClass', disk_class) END ORDER BY uuid), '[]')
    FROM pool_sr WHERE pool_id = p.id) AS srs,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'sr', sr, 'systemDiskGiB', system_disk_gib)
    ORDER BY name, sr), '[]')
    FROM pool_image WHERE pool_id = p.id) AS images,
  p.vlan_last - p.vlan_first + 1 - (SELECT count(*) FROM vnet t WHERE t.pool_id = p.id
    AND t.released_at IS NULL AND t.vlan BETWEEN p.vlan_first AND p.vlan_last) AS "freeVlans",
  coalesce(p.description->'capabilities' ? 'tunnels', FALSE) AS "hasTunnels",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('count', count, 'vcpus', vcpus, 'memoryMiB', memory_mib, 'image', image,
    'systemDiskGiB', system_disk_gib, 'systemSr', system_sr, 'needsMemory', needs_memory, 'needsDisk', needs_disk)), '[]')
    FROM servers WHERE pool_id = p.id) AS "pendingServers",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('sr', sr, 'sizeGiB', size_gib)), '[]')
    FROM disks WHERE pool_id = p.id) AS "pendingDisks",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('host', l.host, 'memoryMiB', l.memory_mib)), '[]')
    FROM loads l JOIN pool_host h ON h.uuid = l.host WHERE h.pool_id = p.id) AS "hostLoads"
FROM pool p WHERE p.enabled AND p.zone_id = $1 ORDER BY p.id`;

/** Enabled pools of a zone. */
export async function listPlaces(session: Session, zoneId: string): Promise<readonly PoolPlace[]> {
  return session.rows<PoolPlace>(PLACES, [zoneId]);
}

/** First key of the advisory locks on the places of a zone. */
const PLACE_LOCK = 7_266_839;

/** Alone: nobody else takes anything from the zone until the transaction ends. Beside others: see `sharePlaces`. */
export type Company = 'alone' | 'beside-others';

/** Held until the transaction ends, so that two admissions never count on the same free memory or the same VLAN. */
export async function lockPlaces(session: Session, zoneId: string): Promise<void> {
  await session.rows(`SELECT pg_advisory_xact_lock(${PLACE_LOCK}, hashtext($1::text))`, [zoneId]);
}

/** `pg_locks` shows the second key as an unsigned number; `objsubid` 2 means two keys. */
const SHARE_PLACES = `
WITH mine AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${PLACE_LOCK}, hashtext($1::text)))
SELECT (SELECT count(*) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = ${PLACE_LOCK} AND l.objid = (hashtext($1::text)::bigint & 4294967295)::oid AND l.objsubid = 2
  AND mine IS NOT NULL) AS others
FROM mine`;

/**
 * Beside others that share the zone, not beside one that has it alone. Answers how many there are whose rows may not be seen
 * yet. It counts after it holds the lock and before the caller reads the places: whoever shared the zone earlier is either
 * counted here or has ended, and then the next statement sees its rows; whoever comes later counts this one.
 */
export async function sharePlaces(session: Session, zoneId: string): Promise<number> {
  return (await session.first<{ others: number }>(SHARE_PLACES, [zoneId]))?.others ?? 0;
}
