/** The last seen capacity of pools: written by the owner of a pool, read by admission. */
import type { Fence, PoolCapacity } from '@openvsys/vsys';
import { DomainError } from '@openvsys/vsys';
import type { Database } from '../database.js';

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
    "freeGiB" numeric, "diskClass" text)
), dropped AS (DELETE FROM pool_sr WHERE pool_id = $1 AND uuid NOT IN (SELECT uuid FROM input))
INSERT INTO pool_sr (pool_id, uuid, name, type, shared, size_gib, free_gib, disk_class)
SELECT $1, uuid, name, type, shared, floor("sizeGiB")::bigint, floor("freeGiB")::bigint, "diskClass" FROM input
ON CONFLICT (pool_id, uuid) DO UPDATE SET name = excluded.name, type = excluded.type, shared = excluded.shared,
  size_gib = excluded.size_gib, free_gib = excluded.free_gib, disk_class = excluded.disk_class`;

const REPLACE_IMAGES = `
WITH input AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS i(name text, sr uuid, "systemDiskGiB" numeric)
), dropped AS (DELETE FROM pool_image WHERE pool_id = $1 AND (name, sr) NOT IN (SELECT name, sr FROM input))
INSERT INTO pool_image (pool_id, name, sr, system_disk_gib)
SELECT DISTINCT ON (name, sr) $1::uuid, name, sr, ceil("systemDiskGiB")::integer FROM input ORDER BY name, sr
ON CONFLICT (pool_id, name, sr) DO UPDATE SET system_disk_gib = excluded.system_disk_gib`;

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
