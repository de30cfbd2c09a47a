/** The last seen capacity of pools: written by the owner of a pool, read by admission. */
import type { Fence, PoolCapacity, PoolId } from '@openvsys/vsys';
import { DomainError } from '@openvsys/vsys';
import type { Database } from '../database.js';
import type { Session } from '../session.js';

const STILL_OWNER = `
SELECT FROM pool WHERE id = $1 AND lease_owner = $2 AND lease_epoch = $3 AND lease_until > clock_timestamp() FOR SHARE`;

const REPLACE_HOSTS = `
WITH input AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS h(uuid uuid, name text, cpus integer, "memoryMiB" bigint,
    "freeMemoryMiB" bigint, available boolean, roles text[])
), dropped AS (DELETE FROM pool_host WHERE pool_id = $1 AND uuid NOT IN (SELECT uuid FROM input))
INSERT INTO pool_host (pool_id, uuid, name, cpus, memory_mib, free_memory_mib, available, roles, seen_at)
SELECT $1, uuid, name, cpus, "memoryMiB", "freeMemoryMiB", available, roles, $3 FROM input
ON CONFLICT (pool_id, uuid) DO UPDATE SET name = excluded.name, cpus = excluded.cpus, memory_mib = excluded.memory_mib,
  free_memory_mib = excluded.free_memory_mib, available = excluded.available, roles = excluded.roles,
  seen_at = excluded.seen_at`;

const REPLACE_SRS = `
WITH input AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS s(uuid uuid, name text, type text, shared boolean, "sizeGiB" numeric,
    "freeGiB" numeric)
), dropped AS (DELETE FROM pool_sr WHERE pool_id = $1 AND uuid NOT IN (SELECT uuid FROM input))
INSERT INTO pool_sr (pool_id, uuid, name, type, shared, size_gib, free_gib)
SELECT $1, uuid, name, type, shared, floor("sizeGiB")::bigint, floor("freeGiB")::bigint FROM input
ON CONFLICT (pool_id, uuid) DO UPDATE SET name = excluded.name, type = excluded.type, shared = excluded.shared,
  size_gib = excluded.size_gib, free_gib = excluded.free_gib`;

const REPLACE_IMAGES = `
WITH input AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS i(name text, sr uuid, "systemDiskGiB" numeric)
), dropped AS (DELETE FROM pool_image WHERE pool_id = $1 AND name NOT IN (SELECT name FROM input))
INSERT INTO pool_image (pool_id, name, sr, system_disk_gib)
SELECT DISTINCT ON (name) $1::uuid, name, sr, ceil("systemDiskGiB")::integer FROM input ORDER BY name, sr
ON CONFLICT (pool_id, name) DO UPDATE SET sr = excluded.sr, system_disk_gib = excluded.system_disk_gib`;

const READ = `
SELECT p.id AS "poolId", p.name,
  (SELECT max(seen_at) FROM pool_host h WHERE h.pool_id = p.id) AS "seenAt",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('uuid', uuid, 'name', name, 'cpus', cpus, 'memoryMiB', memory_mib,
    'freeMemoryMiB', free_memory_mib, 'available', available, 'roles', roles) ORDER BY uuid), '[]')
    FROM pool_host WHERE pool_id = p.id) AS hosts,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('uuid', uuid, 'name', name, 'type', type, 'shared', shared,
    'sizeGiB', size_gib, 'freeGiB', free_gib) ORDER BY uuid), '[]')
    FROM pool_sr WHERE pool_id = p.id) AS srs,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'sr', sr, 'systemDiskGiB', system_disk_gib)
    ORDER BY name), '[]')
    FROM pool_image WHERE pool_id = p.id) AS images
FROM pool p WHERE p.enabled AND ($1::uuid IS NULL OR p.zone_id = $1) ORDER BY p.id`;

export interface SeenCapacity extends PoolCapacity {
  readonly poolId: PoolId;
  readonly name: string;
  /** Null: the pool was never seen, so nothing is known to fit. */
  readonly seenAt: Date | null;
}

export class CapacityStore {
  constructor(private readonly database: Database) {}

  /** Replaces the snapshot of the fence's pool. Throws `lease-lost`. GiB of storage are rounded down, of images up. */
  async replace(fence: Fence, capacity: PoolCapacity, at: Date): Promise<void> {
    await this.database.transaction(async (session) => {
      const owner = await session.first(STILL_OWNER, [fence.poolId, fence.workerId, fence.epoch]);
      if (owner === undefined) throw new DomainError('lease-lost', 'Another worker owns the pool now.');
      await session.change(REPLACE_HOSTS, [fence.poolId, JSON.stringify(capacity.hosts), at]);
      await session.change(REPLACE_SRS, [fence.poolId, JSON.stringify(capacity.srs)]);
      await session.change(REPLACE_IMAGES, [fence.poolId, JSON.stringify(capacity.images)]);
    });
  }
}

/** Enabled pools of a zone (null: of all zones) as they were seen last. */
export async function listSeenCapacity(
  session: Session,
  zoneId: string | null,
): Promise<readonly SeenCapacity[]> {
  return session.rows<SeenCapacity>(READ, [zoneId]);
}
