/** What periodic jobs ask of whole systems, admitted as if a caller had asked: operation, event, audit. */
import {
  admitNextSpec,
  insertAudit,
  lockVsys,
  type Database,
  type LockedSystem,
  type Session,
} from '@openvsys/persistence';
import {
  asDomainError,
  operationId,
  Scope,
  type FailurePolicy,
  type OperationId,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';

/** Systems looked at in one run; the next run takes the rest. */
export const BATCH = 200;

export type DueDatabase = Pick<Database, 'session' | 'transaction'>;

export interface DueChange {
  /** Of the operation, e.g. `vsys.stop`. */
  readonly kind: string;
  /** Who asked, e.g. `schedule:<id>`. */
  readonly actor: string;
  readonly spec: VsysSpec;
  readonly at: Date;
  /** `keep` when absent: nobody waits for it who could look, so what fails stays as it is wanted and is shown. */
  readonly onFailure?: FailurePolicy;
}

/** Sees the systems of all organizations. */
const EVERYTHING = Scope.of({ actor: 'system', organizationId: null, roles: [], vdcIds: null });

/** Undefined when it is deleted. */
export async function lockDue(session: Session, id: VsysId): Promise<LockedSystem | undefined> {
  return lockVsys(session, EVERYTHING, id, 'either').catch((thrown: unknown) => {
    if (asDomainError(thrown).code === 'not-found') return undefined;
    throw thrown;
  });
}

/** Throws `quota-exceeded`. The engine is woken when the transaction commits. */
export async function admitDue(
  session: Session,
  vsys: LockedSystem,
  change: DueChange,
): Promise<OperationId> {
  const { kind, actor, spec, at, onFailure = 'keep' } = change;
  const id = operationId(uuidv7());
  const { organizationId } = vsys;
  const operation = {
    id,
    organizationId,
    vsysId: vsys.id,
    kind,
    onFailure,
    generation: spec.generation,
    requestId: null,
    requestedBy: actor,
    stepsTotal: 0,
    createdAt: at,
  } as const;
  await admitNextSpec(session, vsys, { spec, operation, eventId: uuidv7() });
  const detail = { generation: spec.generation, operation: id };
  const audit = {
    id: uuidv7(),
    organizationId,
    actor,
    verb: kind,
    resource: vsys.id,
    requestId: null,
    at,
    detail,
  };
  await insertAudit(session, audit);
  return id;
}

/**
 * Runs `attempt` in a transaction; when the rules refuse what is due (a quota, the state of the system), nothing of it is
 * kept and `refuse` notes why in a transaction of its own. Throws what may work the next time.
 */
export async function attemptOrRefuse(
  database: DueDatabase,
  attempt: (session: Session) => Promise<void>,
  refuse: (session: Session, reason: string) => Promise<void>,
): Promise<void> {
  try {
    await database.transaction(attempt);
  } catch (thrown) {
    const error = asDomainError(thrown);
    if (!REFUSALS.has(error.code) || error.retry === 'same') throw thrown;
    await database.transaction(async (session) => refuse(session, error.message));
  }
}

const REFUSALS: ReadonlySet<string> = new Set([
  'conflict',
  'quota-exceeded',
  'invalid-request',
  'no-capacity',
  'address-exhausted',
]);
