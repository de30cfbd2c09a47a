/** Ownership of pools (design D3). One row a pool; the epoch grows with each change of owner and fences every write. */
import type { PoolId } from '../ids.js';
import type { Fence } from './provisioning-store.port.js';

export interface PoolLeaseStore {
  /** Takes the lease when it is free or expired by the database's clock; undefined when another worker holds it. */
  tryAcquire(pool: PoolId, workerId: string, seconds: number): Promise<Fence | undefined>;
  /** Extends the lease; false when it was lost. */
  renew(fence: Fence, seconds: number): Promise<boolean>;
  /** Gives the lease back so that another worker need not wait for its end. */
  release(fence: Fence): Promise<void>;
  /** Enabled pools with the ms until their lease ends (0: free), by the database's clock. */
  list(): Promise<readonly PoolLease[]>;
}

export interface PoolLease {
  readonly poolId: PoolId;
  readonly owner: string | null;
  readonly endsInMs: number;
}
