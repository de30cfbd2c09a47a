/** Writing of operations by use cases; the engine writes their progress. Read an operation with a Scope before steering it. */
import type { FailurePolicy, OperationId, OrganizationId, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface NewOperation {
  readonly id: OperationId;
  readonly organizationId: OrganizationId;
  readonly vsysId: VsysId;
  readonly kind: string;
  readonly onFailure: FailurePolicy;
  /** It ends when this generation is reached. */
  readonly generation: number;
  readonly requestId: string | null;
  readonly requestedBy: string | null;
  readonly stepsTotal: number;
  readonly createdAt: Date;
}

const INSERT_OPERATION = `
WITH inserted AS (
  INSERT INTO operation (id, organization_id, vsys_id, kind, state, on_failure, generation, request_id, requested_by,
    steps_total, created_at)
  VALUES ($1::uuid, $2::uuid, $3, $4, 'queued', $5, $6, $7, $8, $9, $10::timestamptz)
  RETURNING id, organization_id, vsys_id, kind, generation, created_at
)
INSERT INTO event (id, organization_id, vsys_id, resource, type, data, at)
SELECT $11::uuid, organization_id, vsys_id, id::text, 'operation.queued',
  jsonb_build_object('kind', kind, 'generation', generation, 'name', $12::text), created_at
FROM inserted`;

/** With its first event, and the engine is woken when the transaction has committed. `vsysName` is for who reads the event. */
export async function insertOperation(
  session: Session,
  operation: NewOperation,
  event: { readonly id: string; readonly vsysName: string },
): Promise<void> {
  await session.change(INSERT_OPERATION, [
    operation.id,
    operation.organizationId,
    operation.vsysId,
    operation.kind,
    operation.onFailure,
    operation.generation,
    operation.requestId,
    operation.requestedBy,
    operation.stepsTotal,
    operation.createdAt,
    event.id,
    event.vsysName,
  ]);
  await session.hint('openvsys_vsys', operation.vsysId);
  await session.hint('openvsys_event', 'new');
}

/** False when the operation has ended already. The engine sees it at its next turn; announce the VSYS too. */
export async function requestCancel(session: Session, id: OperationId): Promise<boolean> {
  const changed = await session.change(
    `UPDATE operation SET cancel_requested = TRUE WHERE id = $1 AND state IN ('queued', 'running', 'rolling-back')`,
    [id],
  );
  return changed === 1;
}

/**
 * Makes a failed operation run again; the VSYS must be unparked in the same transaction. False when it did not fail or
 * is not about the newest generation of its VSYS.
 */
export async function reopenOperation(session: Session, id: OperationId): Promise<boolean> {
  const changed = await session.change(
    `UPDATE operation o SET state = 'queued', error = NULL, finished_at = NULL, cancel_requested = FALSE
     FROM vsys v WHERE o.id = $1 AND o.state = 'failed' AND v.id = o.vsys_id AND v.generation = o.generation
       AND v.deleted_at IS NULL`,
    [id],
  );
  return changed === 1;
}
