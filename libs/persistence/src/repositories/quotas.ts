/**
 * Limits of organizations and VDCs. What is used is always counted from the rows of parts, so it cannot drift.
 * Admission writes its parts first and asks `enforceQuotas` last: the finite limits are locked, everything is counted
 * with the new rows in it, and the transaction fails when that is too much. So the lock is held only for the commit.
 */
import { DomainError, type OrganizationId, type VdcId, type VsysSpec } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { growthOf, QUOTA_RESOURCES, type QuotaResource } from './quota-demand.js';

export type QuotaScope = 'organization' | 'vdc';

export interface QuotaLimit {
  readonly resource: QuotaResource;
  /** Null: no limit. */
  readonly limit: number | null;
}

/** `used`: exists in a pool or is being removed · `reserved`: admitted and not built yet. */
export interface QuotaUse {
  readonly resource: QuotaResource;
  readonly used: number;
  readonly reserved: number;
}

export interface QuotaOwner {
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
}

interface FiniteLimit {
  readonly scope: QuotaScope;
  readonly resource: QuotaResource;
  readonly limit: number;
}

/** In one order for everybody, so that two admissions never wait for each other. */
const LOCK_FINITE = `
SELECT scope, resource, "limit" FROM quota
WHERE ((scope = 'organization' AND scope_id = $1) OR (scope = 'vdc' AND scope_id = $2))
  AND resource = ANY($3::text[])
ORDER BY scope, scope_id, resource FOR UPDATE`;

const building = `FILTER (WHERE t.state IN ('planned', 'creating'))`;

/** $1 organization, $2 VDC or null for the whole organization. */
const COUNT_USE = `
WITH systems AS (
  SELECT id, phase FROM vsys WHERE organization_id = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR vdc_id = $2)
), servers AS (
  SELECT count(*) AS n, count(*) ${building} AS n_new, sum(greatest(vcpus, held_vcpus)) AS cpus,
    sum(greatest(vcpus, held_vcpus)) ${building} AS cpus_new, sum(greatest(memory_mib, held_memory_mib)) AS mib,
    sum(greatest(memory_mib, held_memory_mib)) ${building} AS mib_new,
    sum(system_disk_gib) AS gib, sum(system_disk_gib) ${building} AS gib_new
  FROM vserver t WHERE organization_id = $1 AND released_at IS NULL
    AND ($2::uuid IS NULL OR vsys_id IN (SELECT id FROM systems))
), disks AS (
  SELECT sum(size_gib) AS gib, sum(size_gib) ${building} AS gib_new
  FROM vdisk t WHERE organization_id = $1 AND released_at IS NULL
    AND ($2::uuid IS NULL OR vsys_id IN (SELECT id FROM systems))
), nets AS (
  SELECT count(*) AS n, count(*) ${building} AS n_new
  FROM vnet t WHERE organization_id = $1 AND released_at IS NULL
    AND ($2::uuid IS NULL OR vsys_id IN (SELECT id FROM systems))
), addresses AS (
  SELECT count(*) AS n, count(*) ${building} AS n_new
  FROM public_ip t WHERE organization_id = $1 AND released_at IS NULL
    AND ($2::uuid IS NULL OR vsys_id IN (SELECT id FROM systems))
)
SELECT resource, coalesce(total, 0)::bigint AS total, coalesce(reserved, 0)::bigint AS reserved FROM (
  SELECT 'vsys' AS resource, count(*) AS total, count(*) FILTER (WHERE phase = 'provisioning') AS reserved FROM systems
  UNION ALL SELECT 'vserver', n, n_new FROM servers
  UNION ALL SELECT 'vcpu', cpus, cpus_new FROM servers
  UNION ALL SELECT 'memory-mib', mib, mib_new FROM servers
  UNION ALL SELECT 'storage-gib', coalesce(servers.gib, 0) + coalesce(disks.gib, 0),
    coalesce(servers.gib_new, 0) + coalesce(disks.gib_new, 0) FROM servers, disks
  UNION ALL SELECT 'vnet', n, n_new FROM nets
  UNION ALL SELECT 'public-ip', n, n_new FROM addresses
) AS counted`;

/** Sets limits; null takes a limit away. */
export async function setQuotas(
  session: Session,
  scope: QuotaScope,
  scopeId: OrganizationId | VdcId,
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

/** One entry for each resource. */
export async function listQuotas(
  session: Session,
  scope: QuotaScope,
  scopeId: OrganizationId | VdcId,
): Promise<readonly QuotaLimit[]> {
  const rows = await session.rows<{ resource: string; limit: number }>(
    'SELECT resource, "limit" FROM quota WHERE scope = $1 AND scope_id = $2',
    [scope, scopeId],
  );
  const limits = new Map(rows.map(({ resource, limit }) => [resource, limit]));
  return QUOTA_RESOURCES.map((resource) => ({ resource, limit: limits.get(resource) ?? null }));
}

/** What the organization, or one VDC of it, holds. One entry for each resource. */
export async function countQuotaUse(
  session: Session,
  organization: OrganizationId,
  vdc: VdcId | null,
): Promise<readonly QuotaUse[]> {
  const rows = await session.rows<{ resource: QuotaResource; total: number; reserved: number }>(COUNT_USE, [
    organization,
    vdc,
  ]);
  return rows.map(({ resource, total, reserved }) => ({ resource, used: total - reserved, reserved }));
}

const PREVIOUS_SPEC = `SELECT spec FROM vsys_generation WHERE vsys_id = $1 AND generation = $2`;

/**
 * To be called after the parts of `spec`, the newest generation, are written and before the commit. Locks the finite
 * limits until the transaction ends. Throws `quota-exceeded` that lists every limit that would be broken. Only what the
 * spec asks more of is looked at: nobody over a lowered limit is kept from deleting or shrinking.
 */
export async function enforceQuotas(session: Session, owner: QuotaOwner, spec: VsysSpec): Promise<void> {
  const grown = growthOf(await findPreviousSpec(session, spec), spec);
  if (grown.length === 0) return;
  const finite = await session.rows<FiniteLimit>(LOCK_FINITE, [owner.organizationId, owner.vdcId, grown]);
  const exceeded = [
    ...(await exceededIn(session, 'organization', finite, owner)),
    ...(await exceededIn(session, 'vdc', finite, owner)),
  ];
  if (exceeded.length === 0) return;
  const texts = exceeded.map(
    ({ scope, resource, limit, wouldBe }) =>
      `${resource} of the ${scope}: limit ${limit}, would be ${wouldBe}`,
  );
  throw new DomainError('quota-exceeded', `A quota would be exceeded (${texts.join('; ')}).`, {
    remedy: 'Ask for less, delete what is not needed, or have the limit raised.',
    details: { exceeded },
  });
}

async function findPreviousSpec(session: Session, spec: VsysSpec): Promise<VsysSpec | undefined> {
  if (spec.generation === 1) return undefined;
  const previous = await session.first<{ spec: VsysSpec }>(PREVIOUS_SPEC, [spec.vsysId, spec.generation - 1]);
  return previous?.spec;
}

async function exceededIn(
  session: Session,
  scope: QuotaScope,
  all: readonly FiniteLimit[],
  owner: QuotaOwner,
): Promise<readonly (FiniteLimit & { readonly wouldBe: number })[]> {
  const limits = all.filter((limit) => limit.scope === scope);
  if (limits.length === 0) return [];
  const use = await countQuotaUse(session, owner.organizationId, scope === 'vdc' ? owner.vdcId : null);
  const totals = new Map(use.map(({ resource, used, reserved }) => [resource, used + reserved]));
  return limits
    .map((limit) => ({ ...limit, wouldBe: totals.get(limit.resource) ?? 0 }))
    .filter(({ limit, wouldBe }) => wouldBe > limit);
}
