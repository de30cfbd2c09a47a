/** What is being done with images: operations of pools that belong to somebody. */
import {
  DomainError,
  IMAGE_TASK_KINDS,
  type ImageTask,
  type OrganizationId,
  type PoolId,
  type Scope,
  type VServerId,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { POOL_OPERATION_COLUMNS, type PoolOperationRecord } from '../pool-operations.js';
import { Filter, type ListKey } from '../reads/filter.js';
import { pageOf, type Keyed } from '../reads/keyset.js';

export interface ImageOperationRecord extends Omit<PoolOperationRecord, 'kind'> {
  readonly kind: ImageTask['kind'];
  readonly organizationId: OrganizationId | null;
  /** Name of the template. */
  readonly image: string | null;
}

export interface NewImageOperation {
  readonly id: string;
  readonly poolId: PoolId;
  readonly task: ImageTask;
  readonly organizationId: OrganizationId | null;
  readonly requestId: string | null;
  readonly requestedBy: string | null;
  readonly createdAt: Date;
}

const COLUMNS = `${POOL_OPERATION_COLUMNS}, o.organization_id AS "organizationId", o.image`;
const KEY: ListKey = {
  name: 'image-operations',
  columns: [{ column: 'o.id', type: 'uuid' }],
  direction: 'descending',
};

/** One image and one storage at a time; downloads of one image do not wait for each other. */
function subjectOf(task: ImageTask, id: string): string {
  if (task.kind === 'server.export') return `server ${task.server}`;
  if (task.kind === 'image.export') return `download ${id}`;
  if (task.kind === 'image.fetch') return `image ${task.image}`;
  return `image ${task.image} ${task.sr ?? ''}`.trimEnd();
}

const imageOf = (task: ImageTask): string | null => ('image' in task ? task.image : null);

/** The owner of the pool is told when the transaction commits. Throws `conflict` while the same is being done. */
export async function insertImageOperation(session: Session, operation: NewImageOperation): Promise<void> {
  const { id, poolId, task, organizationId, requestId, requestedBy, createdAt } = operation;
  await session.change(
    `INSERT INTO pool_operation (id, pool_id, kind, state, subject, task, organization_id, image, request_id, requested_by,
       created_at) VALUES ($1, $2, $3, 'queued', $4, $5::jsonb, $6, $7, $8, $9, $10)`,
    [
      id,
      poolId,
      task.kind,
      subjectOf(task, id),
      JSON.stringify(task),
      organizationId,
      imageOf(task),
      requestId,
      requestedBy,
      createdAt,
    ],
  );
  await session.notify('openvsys_pool_operation', id);
}

/** Throws `not-found`, also for those of other organizations. */
export async function getImageOperation(
  session: Session,
  scope: Scope,
  id: string,
): Promise<ImageOperationRecord> {
  const where = new Filter()
    .and('o.id = ?', id)
    .and('o.kind = ANY(?::text[])', [...IMAGE_TASK_KINDS])
    .andWhen('o.organization_id = ?', scope.organizationId);
  const row = await session.first<ImageOperationRecord>(
    `SELECT ${COLUMNS} FROM pool_operation o WHERE ${where.text}`,
    where.parameters,
  );
  if (row !== undefined) return row;
  throw new DomainError('not-found', `No operation of an image has the id “${id}”.`);
}

/** Newest first. */
export async function listImageOperations(
  session: Session,
  scope: Scope,
  filter: { readonly image?: string | undefined; readonly state?: string | undefined },
  page: PageRequest,
): Promise<Page<ImageOperationRecord>> {
  const where = new Filter()
    .and('o.kind = ANY(?::text[])', [...IMAGE_TASK_KINDS])
    .andWhen('o.organization_id = ?', scope.organizationId)
    .andWhen('o.image = ?', filter.image)
    .andWhen('o.state = ?', filter.state)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<ImageOperationRecord & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[o.id::text] AS "pageKey" FROM pool_operation o
      WHERE ${where.text} ORDER BY o.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf(KEY.name, page, rows);
}

/** Whether an image is being taken of the server, which was read within the caller's scope. */
export async function isServerBeingCaptured(session: Session, server: VServerId): Promise<boolean> {
  const found = await session.first(
    `SELECT FROM pool_operation WHERE kind = 'image.capture' AND finished_at IS NULL AND task->>'server' = $1 LIMIT 1`,
    [server],
  );
  return found !== undefined;
}

/** Of an image, still open, oldest first. */
export async function listOpenImageOperations(
  session: Session,
  template: string,
): Promise<readonly { readonly id: string; readonly poolId: PoolId; readonly task: ImageTask }[]> {
  return session.rows(
    `SELECT id, pool_id AS "poolId", task FROM pool_operation WHERE image = $1 AND finished_at IS NULL ORDER BY id`,
    [template],
  );
}
