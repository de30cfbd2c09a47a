/**
 * Ownership of pools, by the database's clock alone (clocks of workers may differ).
 *
 *   free ──tryAcquire: epoch + 1──► held ──renew──► held ──release──► free
 *     ▲                                └── until passed: free for the next ──┘
 */
import type { Fence, PoolId, PoolLease, PoolLeaseStore } from '@openvsys/vsys';
import type { Database } from '../database.js';

const ACQUIRE = `
UPDATE pool SET lease_owner = $2, lease_until = clock_timestamp() + make_interval(secs => $3),
  lease_epoch = lease_epoch + 1
WHERE id = $1 AND enabled AND (lease_until IS NULL OR lease_until <= clock_timestamp())
RETURNING lease_epoch AS epoch`;

const RENEW = `
UPDATE pool SET lease_until = clock_timestamp() + make_interval(secs => $4)
WHERE id = $1 AND lease_owner = $2 AND lease_epoch = $3 AND lease_until > clock_timestamp()`;

const RELEASE = `
UPDATE pool SET lease_owner = NULL, lease_until = NULL
WHERE id = $1 AND lease_owner = $2 AND lease_epoch = $3`;

const LIST = `
SELECT id AS "poolId", CASE WHEN lease_until > clock_timestamp() THEN lease_owner END AS owner,
  coalesce(greatest(0, ceil(extract(epoch FROM lease_until - clock_timestamp()) * 1000)), 0)::float8 AS "endsInMs"
FROM pool WHERE enabled ORDER BY id`;

export class PgPoolLeaseStore implements PoolLeaseStore {
  constructor(private readonly database: Database) {}

  /** Also refuses the present owner: another process may run under the same worker id. */
  async tryAcquire(pool: PoolId, workerId: string, seconds: number): Promise<Fence | undefined> {
    return this.database.transaction(async (session) => {
      // The rows of an UPDATE … RETURNING: exactly one waiting worker sees the free row, the others re-check and find it taken.
      const row = await session.first<{ epoch: number }>(ACQUIRE, [pool, workerId, seconds]);
      return row === undefined ? undefined : { poolId: pool, workerId, epoch: row.epoch };
    });
  }

  async renew(fence: Fence, seconds: number): Promise<boolean> {
    return this.database.session(async (session) => {
      const changed = await session.change(RENEW, [fence.poolId, fence.workerId, fence.epoch, seconds]);
      return changed === 1;
    });
  }

  /** Tells waiting workers through `openvsys_pool`. Of a lease that is lost already nothing is changed. */
  async release(fence: Fence): Promise<void> {
    await this.database.transaction(async (session) => {
      const changed = await session.change(RELEASE, [fence.poolId, fence.workerId, fence.epoch]);
      if (changed === 1) await session.notify('openvsys_pool', fence.poolId);
    });
  }

  async list(): Promise<readonly PoolLease[]> {
    return this.database.session((session) => session.rows<PoolLease>(LIST));
  }
}
