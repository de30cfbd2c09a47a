/** What was admitted to pools but is not built yet: it is missing in the capacity that was last seen. */
import type { HostUuid, PoolId, SrUuid } from '@openvsys/vsys';
import type { Session } from '../../session.js';

/** Servers of one size and image that still need memory on a host, a system disk, or both. */
export interface PendingServers {
  readonly poolId: PoolId;
  readonly count: number;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly image: string;
  readonly systemDiskGiB: number;
  readonly needsMemory: boolean;
  readonly needsDisk: boolean;
}

/** Data disks that are not built yet, added up by storage. */
export interface PendingDisks {
  readonly poolId: PoolId;
  readonly sr: SrUuid;
  readonly sizeGiB: number;
}

/** Guest memory of our servers by host: a capacity that was seen before they started does not know of them. */
export interface HostLoad {
  readonly host: HostUuid;
  readonly memoryMiB: number;
}

export interface FreeVlans {
  readonly poolId: PoolId;
  readonly count: number;
}

export interface Commitments {
  readonly servers: readonly PendingServers[];
  readonly disks: readonly PendingDisks[];
  readonly hosts: readonly HostLoad[];
  readonly vlans: readonly FreeVlans[];
}

/**
 * The conditions are those of the pending indexes, word for word, so that only pending rows are looked at. The pool is
 * looked up row by row: joined, a database without statistics yet may walk through all systems for each row.
 */
const POOL_OF = '(SELECT v.pool_id FROM vsys v WHERE v.id = p.vsys_id)';

const PENDING_SERVERS = `
SELECT "poolId", count(*) AS count, vcpus, "memoryMiB", image, "systemDiskGiB", "needsMemory", "needsDisk" FROM (
  SELECT ${POOL_OF} AS "poolId", p.vcpus, p.memory_mib AS "memoryMiB", p.image, p.system_disk_gib AS "systemDiskGiB",
    (p.wanted_power = 'running' AND p.host IS NULL) AS "needsMemory", p.state IN ('planned', 'creating') AS "needsDisk"
  FROM vserver p WHERE p.wanted AND p.gone_at IS NULL
    AND (p.state IN ('planned', 'creating') OR (p.wanted_power = 'running' AND p.host IS NULL))) AS pending
WHERE "poolId" = ANY($1::uuid[])
GROUP BY "poolId", vcpus, "memoryMiB", image, "systemDiskGiB", "needsMemory", "needsDisk"`;

const PENDING_DISKS = `
SELECT "poolId", sr, sum(size_gib)::integer AS "sizeGiB" FROM (
  SELECT ${POOL_OF} AS "poolId", p.sr, p.size_gib
  FROM vdisk p WHERE p.wanted AND p.gone_at IS NULL AND p.state IN ('planned', 'creating')) AS pending
WHERE "poolId" = ANY($1::uuid[]) GROUP BY "poolId", sr`;

const HOST_LOADS = `
SELECT host, sum(memory_mib)::integer AS "memoryMiB" FROM vserver
WHERE gone_at IS NULL AND host IS NOT NULL AND host = ANY($2::uuid[]) GROUP BY host`;

const FREE_VLANS = `
SELECT p.id AS "poolId", p.vlan_last - p.vlan_first + 1 - (SELECT count(*) FROM vnet t WHERE t.pool_id = p.id
  AND t.released_at IS NULL AND t.vlan BETWEEN p.vlan_first AND p.vlan_last) AS count
FROM pool p WHERE p.id = ANY($1::uuid[])`;

const listOf = (statement: string): string =>
  `(SELECT coalesce(jsonb_agg(to_jsonb(list)), '[]') FROM (${statement}) AS list)`;

const COMMITMENTS = `
SELECT ${listOf(PENDING_SERVERS)} AS servers, ${listOf(PENDING_DISKS)} AS disks, ${listOf(HOST_LOADS)} AS hosts,
  ${listOf(FREE_VLANS)} AS vlans`;

/** What the pools and the hosts of them have to give and have promised, in one picture. */
export async function readCommitments(
  session: Session,
  pools: readonly PoolId[],
  hosts: readonly HostUuid[],
): Promise<Commitments> {
  const row = await session.first<Commitments>(COMMITMENTS, [pools, hosts]);
  return row ?? { servers: [], disks: [], hosts: [], vlans: [] };
}

/** First key of the advisory locks that let admissions of one zone choose their place one after the other. */
const PLACE_LOCK = 7_266_839;

/** Held until the transaction ends, so that two admissions never count on the same free memory. */
export async function lockPlaces(session: Session, zoneId: string): Promise<void> {
  await session.rows(`SELECT pg_advisory_xact_lock(${PLACE_LOCK}, hashtext($1::text))`, [zoneId]);
}
