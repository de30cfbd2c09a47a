/** Wishes for other limits: made, decided, and kept as history. */
import { DomainError, type OrganizationId, type QuotaScope, type Scope } from '@openvsys/vsys';
import { QuotaRequestEntity } from '../entities/tenancy.entities.js';
import type { Session } from '../session.js';
import type { QuotaLimit } from './quotas.js';
import { pageOf, readCursor, type Page, type PageRequest } from './paging.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export const QUOTA_REQUEST_STATES = ['open', 'approved', 'denied', 'withdrawn'] as const;
export type QuotaRequestState = (typeof QUOTA_REQUEST_STATES)[number];

export interface QuotaRequestRecord {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly scope: QuotaScope;
  readonly scopeId: string;
  /** Wanted; once approved: set. */
  readonly limits: readonly QuotaLimit[];
  readonly reason: string;
  readonly state: QuotaRequestState;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decision: string | null;
  /** The limits that an approval replaced. */
  readonly replaced: readonly QuotaLimit[] | null;
}

const COLUMNS = `r.id, r.organization_id AS "organizationId", r.scope, r.scope_id AS "scopeId", r.limits, r.reason, r.state,
  r.requested_by AS "requestedBy", r.requested_at AS "requestedAt", r.decided_by AS "decidedBy",
  r.decided_at AS "decidedAt", r.decision, r.replaced`;

/** Callers that are limited to some VDCs see what concerns these, and their systems. */
function visibleTo(scope: Scope, parameters: Parameters): string {
  const tenant = scopeCondition(scope, { organization: 'r.organization_id' }, parameters);
  if (scope.vdcIds === null) return tenant;
  const vdcs = parameters.add(scope.vdcIds, 'text[]');
  return `${tenant} AND (r.scope = 'vdc' AND r.scope_id = ANY(${vdcs})
    OR r.scope = 'vsys' AND r.scope_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id::text = ANY(${vdcs})))`;
}

export async function insertQuotaRequest(session: Session, request: QuotaRequestRecord): Promise<void> {
  await session.insert(QuotaRequestEntity, { ...request });
}

/** Throws `not-found`. */
export async function getQuotaRequest(
  session: Session,
  scope: Scope,
  id: string,
): Promise<QuotaRequestRecord> {
  return oneQuotaRequest(session, scope, id, '');
}

/** Its row locked until the transaction ends. Throws `not-found`. */
export async function lockQuotaRequest(
  session: Session,
  scope: Scope,
  id: string,
): Promise<QuotaRequestRecord> {
  return oneQuotaRequest(session, scope, id, 'FOR UPDATE');
}

async function oneQuotaRequest(
  session: Session,
  scope: Scope,
  id: string,
  lock: '' | 'FOR UPDATE',
): Promise<QuotaRequestRecord> {
  const parameters = new Parameters();
  const visible = visibleTo(scope, parameters);
  const found = await session.first<QuotaRequestRecord>(
    `SELECT ${COLUMNS} FROM quota_request r WHERE r.id = ${parameters.add(id, 'uuid')} AND ${visible} ${lock}`,
    parameters.values,
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No quota request has the id “${id}”.`);
}

export type QuotaDecision = Pick<QuotaRequestRecord, 'state' | 'limits' | 'replaced' | 'decision'> & {
  readonly decidedBy: string;
  readonly decidedAt: Date;
};

/** The row must be locked and open. */
export async function decideQuotaRequest(
  session: Session,
  id: string,
  { state, limits, replaced, decision, decidedBy, decidedAt }: QuotaDecision,
): Promise<void> {
  await session.change(
    `UPDATE quota_request SET state = $2, limits = $3::jsonb, replaced = $4::jsonb, decision = $5, decided_by = $6,
       decided_at = $7 WHERE id = $1 AND state = 'open'`,
    [
      id,
      state,
      JSON.stringify(limits),
      replaced === null ? null : JSON.stringify(replaced),
      decision,
      decidedBy,
      decidedAt,
    ],
  );
}

/** Newest first. */
export async function listQuotaRequests(
  session: Session,
  scope: Scope,
  state: QuotaRequestState | undefined,
  request: PageRequest,
): Promise<Page<QuotaRequestRecord>> {
  const before = readCursor('quota-requests', request, 1);
  const parameters = new Parameters();
  const conditions = [visibleTo(scope, parameters)];
  if (state !== undefined) conditions.push(`r.state = ${parameters.add(state, 'text')}`);
  if (before !== undefined) conditions.push(`r.id < ${parameters.add(before[0], 'uuid')}`);
  const rows = await session.rows<QuotaRequestRecord>(
    `SELECT ${COLUMNS} FROM quota_request r WHERE ${conditions.join(' AND ')}
     ORDER BY r.id DESC LIMIT ${parameters.add(request.limit + 1, 'integer')}`,
    parameters.values,
  );
  return pageOf('quota-requests', request, rows, ({ id }) => [id]);
}
