/**
 * Operations of pools as workers see them. Probes are claimed for a short time by any worker; all others belong to the
 * owner of the pool and are written under its fence.
 */
import {
  DomainError,
  PROBE_KINDS,
  type Fence,
  type OpenPoolOperation,
  type PoolId,
  type PoolOperationEnd,
  type PoolTask,
} from '@openvsys/vsys';
import type { Database } from '../database.js';
import { secretContextOf } from '../repositories/pool-operations.js';
import type { SecretBox } from '../secrets/secret-box.js';
import type { Session } from '../session.js';

/** A probe that somebody has taken; its password is opened. */
export interface ClaimedProbe extends OpenPoolOperation {
  readonly password: string;
  readonly claimedBy: string;
}

interface OpenRow {
  readonly id: string;
  readonly poolId: PoolId;
  readonly task: PoolTask;
  readonly cancelRequested: boolean;
}

const OPEN = `id, pool_id AS "poolId", task, cancel_requested AS "cancelRequested"`;

const CLAIM = `
UPDATE pool_operation SET state = 'running', claimed_by = $1, started_at = coalesce(started_at, clock_timestamp()),
  claimed_until = clock_timestamp() + make_interval(secs => $2)
WHERE id = (
  SELECT id FROM pool_operation
  WHERE finished_at IS NULL AND kind = ANY($3) AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING ${OPEN}, secret`;

const OWNED = `
SELECT ${OPEN} FROM pool_operation WHERE pool_id = $1 AND finished_at IS NULL AND NOT kind = ANY($2) ORDER BY id`;

/** The owner by the database's clock; the share lock makes a take-over wait. */
const HELD = `EXISTS (SELECT FROM pool WHERE id = $2 AND lease_owner = $3 AND lease_epoch = $4
  AND lease_until > clock_timestamp() FOR SHARE)`;

const START = `
UPDATE pool_operation SET state = 'running', started_at = coalesce(started_at, $5)
WHERE id = $1 AND finished_at IS NULL AND ${HELD}`;

const PROGRESS = `
UPDATE pool_operation SET progress = $5::jsonb WHERE id = $1 AND finished_at IS NULL AND ${HELD}`;

const END = `
UPDATE pool_operation SET state = $5, result = $6::jsonb, error = $7::jsonb, finished_at = $8, secret = NULL
WHERE id = $1 AND finished_at IS NULL AND ${HELD}`;

const END_PROBE = `
UPDATE pool_operation SET state = $3, result = $4::jsonb, error = $5::jsonb, finished_at = $6, secret = NULL,
  claimed_until = NULL
WHERE id = $1 AND finished_at IS NULL AND claimed_by = $2`;

const json = (value: object | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value);

export class PoolOperationStore {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
  ) {}

  /** The oldest probe that nobody works on; undefined when there is none. */
  async claimProbe(workerId: string, seconds: number): Promise<ClaimedProbe | undefined> {
    return this.database.session(async (session) => {
      const row = await session.first<OpenRow & { secret: Buffer | null }>(CLAIM, [
        workerId,
        seconds,
        [...PROBE_KINDS],
      ]);
      if (row === undefined) return undefined;
      const { secret, ...operation } = row;
      const password = secret === null ? '' : this.secrets.open(secret, secretContextOf(row.id));
      return { ...operation, password, claimedBy: workerId };
    });
  }

  /**
   * Ends a probe; `store` writes what it found, in the same transaction, and nothing is written when another worker has
   * taken the probe meanwhile. Throws what `store` throws.
   */
  async endProbe(
    probe: ClaimedProbe,
    end: PoolOperationEnd,
    at: Date,
    store: (session: Session) => Promise<void> = async () => undefined,
  ): Promise<void> {
    await this.database.transaction(async (session) => {
      const values = [probe.id, probe.claimedBy, end.state, json(end.result), json(end.error), at];
      if ((await session.change(END_PROBE, values)) === 0) return;
      await store(session);
      await session.notify('openvsys_pool_operation', probe.id);
    });
  }

  /** Open operations of a pool that are its owner's to do, oldest first. */
  async listOwned(pool: PoolId): Promise<readonly OpenPoolOperation[]> {
    return this.database.session((session) => session.rows<OpenRow>(OWNED, [pool, [...PROBE_KINDS]]));
  }

  /** Throws `lease-lost` when it ended meanwhile or another worker owns the pool. */
  async start(fence: Fence, id: string, at: Date): Promise<void> {
    await this.write(fence, id, START, [at]);
  }

  async tellProgress(fence: Fence, id: string, progress: object): Promise<void> {
    await this.write(fence, id, PROGRESS, [JSON.stringify(progress)]);
  }

  /** `store` writes what follows from the end, in the same transaction. Throws what `store` throws. */
  async end(
    fence: Fence,
    id: string,
    end: PoolOperationEnd,
    at: Date,
    store: (session: Session) => Promise<void> = async () => undefined,
  ): Promise<void> {
    await this.write(fence, id, END, [end.state, json(end.result), json(end.error), at], store);
  }

  private async write(
    fence: Fence,
    id: string,
    text: string,
    values: readonly unknown[],
    store: (session: Session) => Promise<void> = async () => undefined,
  ): Promise<void> {
    await this.database.transaction(async (session) => {
      const all = [id, fence.poolId, fence.workerId, fence.epoch, ...values];
      if ((await session.change(text, all)) === 0) {
        throw new DomainError('lease-lost', 'The operation has ended, or another worker owns the pool now.');
      }
      await store(session);
      await session.notify('openvsys_pool_operation', id);
    });
  }
}
