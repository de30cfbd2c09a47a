/** Operations and their steps as answers show them. */
import {
  type ErrorReport,
  type OperationId,
  type OperationState,
  type Scope,
  type VsysId,
  DomainError,
} from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface OperationRecord {
  readonly id: OperationId;
  readonly kind: string;
  readonly state: OperationState;
  readonly vsysId: VsysId;
  readonly generation: number;
  readonly onFailure: 'rollback' | 'keep';
  readonly cancelRequested: boolean;
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly error: ErrorReport | null;
  readonly requestedBy: string | null;
  readonly requestId: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface StepRecord {
  readonly id: string;
  readonly kind: string;
  readonly part: string;
  readonly attempt: number;
  readonly outcome: 'running' | 'done' | 'failed' | 'withdrawn';
  readonly error: ErrorReport | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface OperationFilter {
  readonly vsysId?: VsysId | undefined;
  readonly state?: OperationState | undefined;
  /** Only those that go on and have not got on since then. */
  readonly stuckSince?: Date | undefined;
}

/** Being asked for, being begun, and every step that begins or ends is getting on. */
const STUCK = `(o.state IN ('queued', 'running', 'rolling-back') AND greatest(o.created_at, o.started_at,
  (SELECT max(greatest(a.created_at, a.started_at, a.finished_at)) FROM action a WHERE a.operation_id = o.id)) < ?)`;

const KEY: ListKey = {
  name: 'operations',
  columns: [{ column: 'o.id', type: 'uuid' }],
  direction: 'descending',
};

const COLUMNS = `o.id, o.kind, o.state, o.vsys_id AS "vsysId", o.generation, o.on_failure AS "onFailure",
  o.cancel_requested AS "cancelRequested", o.steps_done AS "stepsDone", o.steps_total AS "stepsTotal", o.error,
  o.requested_by AS "requestedBy", o.request_id AS "requestId", o.created_at AS "createdAt",
  o.started_at AS "startedAt", o.finished_at AS "finishedAt"`;

/** A system of 200 servers takes some 2,500 steps. */
const MAX_STEPS = 5_000;

function visible(scope: Scope): Filter {
  return new Filter()
    .andWhen('o.organization_id = ?', scope.organizationId)
    .andWhen('o.vsys_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id = ANY(?::uuid[]))', scope.vdcIds);
}

/** Newest first. */
export async function listOperations(
  session: Session,
  scope: Scope,
  filter: OperationFilter,
  page: PageRequest,
): Promise<Page<OperationRecord>> {
  const where = visible(scope)
    .andWhen('o.vsys_id = ?', filter.vsysId)
    .andWhen('o.state = ?', filter.state)
    .andWhen(STUCK, filter.stuckSince)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<OperationRecord & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[o.id::text] AS "pageKey" FROM operation o
      WHERE ${where.text} ORDER BY o.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('operations', page, rows);
}

/** Throws `not-found` for foreign ids as for unknown ones. */
export async function getOperation(
  session: Session,
  scope: Scope,
  id: OperationId,
): Promise<OperationRecord> {
  const where = visible(scope).and('o.id = ?', id);
  const row = await session.first<OperationRecord>(
    `SELECT ${COLUMNS} FROM operation o WHERE ${where.text}`,
    where.parameters,
  );
  if (row !== undefined) return row;
  throw new DomainError('not-found', `No operation has the id “${id}”.`);
}

/** Oldest first, at most 5,000. Ask for the operation first: this does not look at the scope. */
export async function listSteps(session: Session, id: OperationId): Promise<StepRecord[]> {
  return session.rows<StepRecord>(
    `SELECT a.id, a.kind, a.part, a.attempt, COALESCE(a.outcome, 'running') AS outcome, a.error,
            a.created_at AS "createdAt", a.started_at AS "startedAt", a.finished_at AS "finishedAt"
       FROM action a WHERE a.operation_id = $1 ORDER BY a.id LIMIT ${MAX_STEPS}`,
    [id],
  );
}
