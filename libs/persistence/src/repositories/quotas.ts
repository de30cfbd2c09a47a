/**
 * Limits of organizations, VDCs and VSYS. Admission writes its parts first and asks `enforceQuotas` last: levels with
 * finite limits are locked, everything is counted with the new rows in it, and the transaction fails when that is too much.
 * So the lock is held only for the commit.
 */
import {
  exceededQuotas,
  growthOf,
  isStorageQuota,
  QUOTA_RESOURCES,
  QUOTA_SCOPES,
  requireWithin,
  resourcesOf,
  type CountedUse,
  type ExceededQuota,
  type FiniteLimit,
  type OrganizationId,
  type QuotaDemand,
  type QuotaResource,
  type QuotaScope,
  type VdcId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Session } from '../session.js';
import { countQuotaUse, sumQuotaUse } from './quota-use.js';

export interface QuotaLimit {
  readonly resource: QuotaResource;
  /** Null: no limit. */
  readonly limit: number | null;
}

export interface QuotaOwner {
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
}

/** First key of the advisory locks that let admissions under one limit be counted one after the other. */
const QUOTA_LOCK = 7_266_840;

/**
 * One lock a level, in one order for everybody, so that two admissions never wait for each other. Not the rows: a lock
 * on each of them is a write of each of them.
 */
const LOCK_FINITE = `
WITH finite AS MATERIALIZED (
  SELECT scope, scope_id, resource, "limit" FROM quota
  WHERE (scope, scope_id) IN (('organization', $1), ('vdc', $2), ('vsys', $3)) AND resource = ANY($4::text[])
), locked AS MATERIALIZED (
  SELECT pg_advisory_xact_lock(${QUOTA_LOCK}, hashtext(l.scope_id))
  FROM (SELECT DISTINCT scope, scope_id FROM finite ORDER BY scope, scope_id OFFSET 0) AS l
)
SELECT f.scope, f.scope_id AS "scopeId", f.resource, f."limit"
FROM finite f WHERE (SELECT count(*) FROM locked) > 0`;

/** Sets limits; null takes a limit away. `scopeId`: of an organization, VDC or VSYS. */
export async function setQuotas(
  session: Session,
  scope: QuotaScope,
  scopeId: string,
  limits: readonly QuotaLimit[],
): Promise<void> {
  const finite = limits.filter(({ limit }) => limit !== null);
  const lifted = limits.filter(({ limit }) => limit === null).map(({ resource }) => resource);
  await session.change(
    `INSERT INTO quota (scope, scope_id, resource, "limit")
     SELECT $1, $2, q.resource, q.limit FROM jsonb_to_recordset($3::jsonb) AS q(resource text, "limit" bigint)
     ON CONFLICT (scope, scope_id, resource) DO UPDATE SET "limit" = excluded."limit"`,
    [scope, scopeId, JSON.stringify(finite)],
  );
  await session.change(
    'DELETE FROM quota WHERE scope = $1 AND scope_id = $2 AND resource = ANY($3::text[])',
    [scope, scopeId, lifted],
  );
}

/** One entry for each resource; of disk classes those that are limited. */
export async function listQuotas(
  session: Session,
  scope: QuotaScope,
  scopeId: string,
): Promise<readonly QuotaLimit[]> {
  const rows = await session.rows<{ resource: string; limit: number }>(
    'SELECT resource, "limit" FROM quota WHERE scope = $1 AND scope_id = $2 ORDER BY resource',
    [scope, scopeId],
  );
  const limits = new Map(rows.map(({ resource, limit }) => [resource, limit]));
  const classes = [...limits.keys()].filter(isStorageQuota);
  return [...QUOTA_RESOURCES, ...classes].map((resource) => ({
    resource,
    limit: limits.get(resource) ?? null,
  }));
}

const PREVIOUS_SPEC = `SELECT spec FROM vsys_generation WHERE vsys_id = $1 AND generation = $2`;

/**
 * To be called after the parts of `spec`, the newest generation, and its operation are written and before the commit.
 * Locks the finite limits until the transaction ends. Throws `quota-exceeded` that lists every limit that would be broken.
 */
export async function enforceQuotas(session: Session, owner: QuotaOwner, spec: VsysSpec): Promise<void> {
  if (spec.presence === 'absent') return;
  await enforceGrowth(session, owner, spec, growthOf(await findPreviousSpec(session, spec), spec));
}

/** The same for a growth that is known already. */
export async function enforceGrowth(
  session: Session,
  owner: QuotaOwner,
  spec: VsysSpec,
  growth: QuotaDemand,
): Promise<void> {
  const { organizationId, vdcId } = owner;
  const parameters = [organizationId, vdcId, spec.vsysId, resourcesOf(growth)];
  const finite = await session.rows<FiniteLimit>(LOCK_FINITE, parameters);
  requireWithin(await exceededAmong(session, finite, growth));
}

/** For what belongs to no VDC and no VSYS: only the organization's own limits. As `enforceQuotas`. */
export async function enforceOrganizationQuotas(
  session: Session,
  organizationId: OrganizationId,
  growth: QuotaDemand,
): Promise<void> {
  const parameters = [organizationId, null, null, resourcesOf(growth)];
  const finite = await session.rows<FiniteLimit>(LOCK_FINITE, parameters);
  requireWithin(await exceededAmong(session, finite, growth));
}

/** For what belongs to a VDC and to no VSYS. As `enforceQuotas`. */
export async function enforceVdcQuotas(
  session: Session,
  { organizationId, vdcId }: QuotaOwner,
  growth: QuotaDemand,
): Promise<void> {
  const finite = await session.rows<FiniteLimit>(LOCK_FINITE, [
    organizationId,
    vdcId,
    null,
    resourcesOf(growth),
  ]);
  requireWithin(await exceededAmong(session, finite, growth));
}

/** For what comes to a VDC from another one of its organization: only the VDC's own limits. As `enforceQuotas`. */
export async function enforceArrival(session: Session, vdcId: VdcId, demand: QuotaDemand): Promise<void> {
  const finite = await session.rows<FiniteLimit>(LOCK_FINITE, [null, vdcId, null, resourcesOf(demand)]);
  requireWithin(await exceededAmong(session, finite, demand));
}

/** The spec of the generation before; undefined for the first. */
export async function findPreviousSpec(session: Session, spec: VsysSpec): Promise<VsysSpec | undefined> {
  if (spec.generation === 1) return undefined;
  const previous = await session.first<{ spec: VsysSpec }>(PREVIOUS_SPEC, [spec.vsysId, spec.generation - 1]);
  return previous?.spec;
}

async function exceededAmong(
  session: Session,
  finite: readonly FiniteLimit[],
  growth: QuotaDemand,
): Promise<readonly ExceededQuota[]> {
  if (await isWithin(session, finite)) return [];
  // Only a refusal has to tell what is there and what is coming.
  const counts = new Map<string, CountedUse>();
  for (const [scope, limits] of Map.groupBy(finite, (limit) => limit.scope)) {
    const resources = limits.map(({ resource }) => resource);
    for (const use of await countQuotaUse(session, scope, limits[0]?.scopeId ?? '', resources))
      counts.set(`${scope} ${use.resource}`, use);
  }
  return exceededQuotas(
    finite,
    growth,
    (scope, resource) => counts.get(`${scope} ${resource}`) ?? { used: 0, reserved: 0 },
  );
}

/**
 * Whether nothing is over its limit. A VDC never holds more than its organization and a VSYS never more than its VDC: what
 * fits the limit of the inner level as a whole need not be counted there.
 */
async function isWithin(session: Session, finite: readonly FiniteLimit[]): Promise<boolean> {
  const bounds = new Map<QuotaResource, number>();
  for (const scope of QUOTA_SCOPES) {
    const open = finite.filter(
      ({ scope: of, resource, limit }) => of === scope && (bounds.get(resource) ?? Infinity) > limit,
    );
    const [first] = open;
    if (first === undefined) continue;
    const resources = open.map(({ resource }) => resource);
    const sums = await sumQuotaUse(session, scope, first.scopeId, resources);
    if (open.some(({ resource, limit }) => (sums.get(resource) ?? 0) > limit)) return false;
    for (const [resource, sum] of sums) bounds.set(resource, sum);
  }
  return true;
}
