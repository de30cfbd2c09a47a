/** What the provider asked to be done with pools: written by the API, read by everybody who waits for it. */
import {
  DomainError,
  type ErrorReport,
  type PoolId,
  type PoolOperationKind,
  type PoolOperationState,
  type PoolTask,
} from '@openvsys/vsys';
import type { Session } from '../session.js';
import type { Page, PageRequest } from './paging.js';
import { Filter, type ListKey } from './reads/filter.js';
import { pageOf, type Keyed } from './reads/keyset.js';

export interface NewPoolOperation {
  readonly id: string;
  readonly poolId: PoolId;
  readonly task: PoolTask;
  /** What only one operation at a time may work on; null: any number. */
  readonly subject: string | null;
  /** Sealed with `secretContextOf(id)`. */
  readonly secret: Buffer | null;
  readonly requestId: string | null;
  readonly requestedBy: string | null;
  readonly createdAt: Date;
}

export interface PoolOperationRecord {
  readonly id: string;
  readonly poolId: PoolId;
  readonly kind: PoolOperationKind;
  readonly state: PoolOperationState;
  /** The host or object that it is about. */
  readonly subject: string | null;
  readonly progress: Record<string, unknown> | null;
  readonly result: Record<string, unknown> | null;
  readonly error: ErrorReport | null;
  readonly cancelRequested: boolean;
  readonly requestedBy: string | null;
  readonly requestId: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** Ties a sealed password to its operation. */
export const secretContextOf = (operation: string): string => `pool-operation:${operation}`;

const INSERT = `
INSERT INTO pool_operation (id, pool_id, kind, state, subject, task, secret, request_id, requested_by, created_at)
VALUES ($1, $2, $3, 'queued', $4, $5::jsonb, $6, $7, $8, $9)`;

export const POOL_OPERATION_COLUMNS = `o.id, o.pool_id AS "poolId", o.kind, o.state, o.subject, o.progress, o.result, o.error,
  o.cancel_requested AS "cancelRequested", o.requested_by AS "requestedBy", o.request_id AS "requestId",
  o.created_at AS "createdAt", o.started_at AS "startedAt", o.finished_at AS "finishedAt"`;

const KEY: ListKey = {
  name: 'pool-operations',
  columns: [{ column: 'o.id', type: 'uuid' }],
  direction: 'descending',
};

/** Workers are told when the transaction commits. Throws `conflict` when the subject is being worked on. */
export async function insertPoolOperation(session: Session, operation: NewPoolOperation): Promise<void> {
  const { id, poolId, task, subject, secret, requestId, requestedBy, createdAt } = operation;
  const values = [
    id,
    poolId,
    task.kind,
    subject,
    JSON.stringify(task),
    secret,
    requestId,
    requestedBy,
    createdAt,
  ];
  await session.change(INSERT, values);
  await session.notify('openvsys_pool_operation', id);
}

/** Throws `not-found`. */
export async function getPoolOperation(session: Session, id: string): Promise<PoolOperationRecord> {
  const row = await session.first<PoolOperationRecord>(
    `SELECT ${POOL_OPERATION_COLUMNS} FROM pool_operation o WHERE o.id = $1`,
    [id],
  );
  if (row !== undefined) return row;
  throw new DomainError('not-found', `No operation of a pool has the id “${id}”.`);
}

/** Newest first. */
export async function listPoolOperations(
  session: Session,
  filter: { readonly poolId?: PoolId | undefined; readonly state?: PoolOperationState | undefined },
  page: PageRequest,
): Promise<Page<PoolOperationRecord>> {
  const where = new Filter()
    .andWhen('o.pool_id = ?', filter.poolId)
    .andWhen('o.state = ?', filter.state)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<PoolOperationRecord & Keyed>(
    `SELECT ${POOL_OPERATION_COLUMNS}, ARRAY[o.id::text] AS "pageKey" FROM pool_operation o
      WHERE ${where.text} ORDER BY o.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('pool-operations', page, rows);
}

/** One that nobody took yet ends at once, others when their worker notices. False when it has ended already. */
export async function cancelPoolOperation(session: Session, id: string, at: Date): Promise<boolean> {
  const changed = await session.change(
    `UPDATE pool_operation SET cancel_requested = TRUE,
       state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,
       secret = CASE state WHEN 'queued' THEN NULL ELSE secret END,
       finished_at = CASE state WHEN 'queued' THEN $2::timestamptz END
     WHERE id = $1 AND finished_at IS NULL`,
    [id, at],
  );
  if (changed === 1) await session.notify('openvsys_pool_operation', id);
  return changed === 1;
}
