/** Pools as the provider sees them; the secret is not among what is read. */
import { DomainError, type PoolDescription, type PoolId } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface PoolHostRecord {
  readonly uuid: string;
  readonly name: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly freeMemoryMiB: number;
  readonly available: boolean;
  readonly seenAt: Date;
}

export interface PoolSrRecord {
  readonly uuid: string;
  readonly name: string;
  readonly type: string;
  readonly shared: boolean;
  readonly sizeGiB: number;
  readonly freeGiB: number;
  /** Null: `standard`. */
  readonly diskClass: string | null;
}

export interface PoolOverviewRecord {
  readonly id: PoolId;
  readonly zoneId: string;
  readonly name: string;
  readonly urls: string[];
  readonly enabled: boolean;
  readonly vlanFirst: number;
  readonly vlanLast: number;
  /** Null when nobody holds the lease now. */
  readonly leaseOwner: string | null;
  readonly leaseUntil: Date | null;
  readonly reason: string | null;
  readonly draining: boolean;
  /** As it was seen last; null before the first look. */
  readonly description: PoolDescription | null;
  readonly describedAt: Date | null;
  readonly hosts: PoolHostRecord[];
  readonly srs: PoolSrRecord[];
}

type Bare = Omit<PoolOverviewRecord, 'hosts' | 'srs'>;

const KEY: ListKey = { name: 'pools', columns: [{ column: 'p.name', type: 'text' }], direction: 'ascending' };

const POOL = `p.id, p.zone_id AS "zoneId", p.name, p.urls, p.enabled, p.vlan_first AS "vlanFirst",
  p.vlan_last AS "vlanLast", CASE WHEN p.lease_until > clock_timestamp() THEN p.lease_owner END AS "leaseOwner",
  CASE WHEN p.lease_until > clock_timestamp() THEN p.lease_until END AS "leaseUntil", p.reason,
  p.draining, p.description, p.described_at AS "describedAt"`;

/** By name. */
export async function listPoolOverviews(
  session: Session,
  page: PageRequest,
): Promise<Page<PoolOverviewRecord>> {
  const where = new Filter().after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<Bare & Keyed>(
    `SELECT ${POOL}, ARRAY[p.name] AS "pageKey" FROM pool p WHERE ${where.text} ORDER BY p.name LIMIT ${limit}`,
    where.parameters,
  );
  const { items, nextCursor } = pageOf<Bare>('pools', page, rows);
  return { items: await withCapacity(session, items), nextCursor };
}

/** Throws `not-found`. */
export async function getPoolOverview(session: Session, id: PoolId): Promise<PoolOverviewRecord> {
  const row = await session.first<Bare>(`SELECT ${POOL} FROM pool p WHERE p.id = $1`, [id]);
  const [overview] = row === undefined ? [] : await withCapacity(session, [row]);
  if (overview !== undefined) return overview;
  throw new DomainError('not-found', `No pool has the id “${id}”.`);
}

/** Throws `not-found`. Workers give the lease of a disabled pool back. */
export async function setPoolEnabled(
  session: Session,
  id: PoolId,
  to: 'enabled' | 'disabled',
): Promise<void> {
  const changed = await session.change('UPDATE pool SET enabled = $2 WHERE id = $1', [id, to === 'enabled']);
  if (changed === 0) throw new DomainError('not-found', `No pool has the id “${id}”.`);
  await session.notify('openvsys_pool', id);
}

/** Throws `not-found`. Nothing is admitted to a draining pool; what it has goes on. */
export async function setPoolDraining(session: Session, id: PoolId, to: 'draining' | 'open'): Promise<void> {
  const changed = await session.change('UPDATE pool SET draining = $2 WHERE id = $1', [
    id,
    to === 'draining',
  ]);
  if (changed === 0) throw new DomainError('not-found', `No pool has the id “${id}”.`);
}

async function withCapacity(session: Session, pools: readonly Bare[]): Promise<PoolOverviewRecord[]> {
  const ids = pools.map(({ id }) => id);
  const hosts = await session.rows<PoolHostRecord & { poolId: string }>(
    `SELECT h.pool_id AS "poolId", h.uuid, h.name, h.cpus, h.memory_mib AS "memoryMiB",
            h.free_memory_mib AS "freeMemoryMiB", h.available, h.seen_at AS "seenAt"
       FROM pool_host h WHERE h.pool_id = ANY($1::uuid[]) ORDER BY h.name`,
    [ids],
  );
  const srs = await session.rows<PoolSrRecord & { poolId: string }>(
    `SELECT s.pool_id AS "poolId", s.uuid, s.name, s.type, s.shared, s.size_gib AS "sizeGiB", s.free_gib AS "freeGiB",
            s.disk_class AS "diskClass"
       FROM pool_sr s WHERE s.pool_id = ANY($1::uuid[]) ORDER BY s.name`,
    [ids],
  );
  return pools.map((pool) => ({ ...pool, hosts: ownOf(pool, hosts), srs: ownOf(pool, srs) }));
}

function ownOf<Record extends { poolId: string }>(
  pool: Bare,
  records: readonly Record[],
): Omit<Record, 'poolId'>[] {
  return records.filter(({ poolId }) => poolId === pool.id).map(({ poolId: _pool, ...record }) => record);
}
