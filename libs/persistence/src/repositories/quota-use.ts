/**
 * What is held of each resource with quotas: always counted from rows, so it cannot drift. A row counts from its
 * admission until it is released, that is until the spec without it is reached: what an operation reserves is given back
 * with its end, and a roll-back never finds its place taken.
 *
 * Stored things count as long as they exist. vCPUs and memory count while a server is to occupy a host, and for what it
 * occupied before a change that is not reached yet (`held_…`).
 */
import {
  diskClassOfQuota,
  isStorageQuota,
  QUOTA_RESOURCES,
  STANDARD_DISK_CLASS,
  storageQuotaOf,
  type PlainQuotaResource,
  type QuotaResource,
  type QuotaScope,
  type StorageQuota,
} from '@openvsys/vsys';
import type { Session } from '../session.js';

/** `used`: exists in a pool or is being removed · `reserved`: admitted and not built or not started yet. */
export interface QuotaUse {
  readonly resource: QuotaResource;
  readonly used: number;
  readonly reserved: number;
}

const building = `FILTER (WHERE t.state IN ('planned', 'creating'))`;
const occupies = `t.wanted_power IN ('running', 'paused')`;
const cpus = `greatest(CASE WHEN ${occupies} THEN t.vcpus ELSE 0 END, t.held_vcpus)`;
const mib = `greatest(CASE WHEN ${occupies} THEN t.memory_mib ELSE 0 END, t.held_memory_mib)`;
const coming = `FILTER (WHERE t.state IN ('awaiting-upload', 'importing'))`;
const starting = `FILTER (WHERE t.host IS NULL)`;

/**
 * $1: the id. The VDC is looked up row by row: joined, a database without statistics yet would walk through all parts of
 * the organization for each system.
 */
const OF_PARTS: Readonly<Record<QuotaScope, string>> = {
  organization: 't.organization_id = $1::uuid',
  vdc: `t.organization_id = (SELECT d.organization_id FROM vdc d WHERE d.id = $1::uuid)
    AND (SELECT v.vdc_id FROM vsys v WHERE v.id = t.vsys_id) = $1::uuid`,
  vsys: 't.vsys_id = $1',
};
const OF_SYSTEMS: Readonly<Record<QuotaScope, string>> = {
  organization: 't.organization_id = $1::uuid',
  vdc: 't.vdc_id = $1::uuid',
  vsys: 't.id = $1',
};

/** They belong to no system. */
const OF_ALLOCATIONS: Readonly<Record<QuotaScope, string>> = {
  organization: 't.organization_id = $1::uuid',
  vdc: 't.vdc_id = $1::uuid',
  vsys: '$1::text IS NULL',
};

interface Source {
  /** What the statement counts; each has a column of its name and one of its name with `_new`. */
  readonly resources: readonly PlainQuotaResource[];
  readonly from: (scope: QuotaScope) => string;
}

const held = (table: string, columns: string) => (scope: QuotaScope) =>
  `SELECT ${columns} FROM ${table} t WHERE ${OF_PARTS[scope]} AND t.released_at IS NULL`;
const counted = (resource: PlainQuotaResource): string =>
  `count(*) AS "${resource}", count(*) ${building} AS "${resource}_new"`;

/** One for each table, so that only what has grown has to be read. */
const SOURCES: readonly Source[] = [
  {
    resources: ['vsys'],
    from: (scope) => `SELECT count(*) AS vsys, count(*) FILTER (WHERE t.phase = 'provisioning') AS vsys_new
      FROM vsys t WHERE ${OF_SYSTEMS[scope]} AND t.deleted_at IS NULL`,
  },
  {
    resources: ['vserver', 'vserver-running', 'vcpu', 'memory-mib', 'efm'],
    from: held(
      'vserver',
      `${counted('vserver')},
      count(*) FILTER (WHERE ${cpus} > 0) AS "vserver-running",
      count(*) FILTER (WHERE ${cpus} > 0 AND t.host IS NULL) AS "vserver-running_new",
      sum(${cpus}) AS vcpu, sum(${cpus}) ${starting} AS vcpu_new,
      sum(${mib}) AS "memory-mib", sum(${mib}) ${starting} AS "memory-mib_new",
      count(*) FILTER (WHERE t.kind <> 'server') AS efm,
      count(*) FILTER (WHERE t.kind <> 'server' AND t.state IN ('planned', 'creating')) AS efm_new`,
    ),
  },
  {
    resources: ['storage-gib'],
    from: (scope) => `SELECT sum(gib) AS "storage-gib", sum(gib_new) AS "storage-gib_new" FROM (
      ${held('vserver', `sum(t.system_disk_gib) AS gib, sum(t.system_disk_gib) ${building} AS gib_new`)(scope)}
      UNION ALL ${held('vdisk', `sum(t.size_gib) AS gib, sum(t.size_gib) ${building} AS gib_new`)(scope)}) AS disks`,
  },
  {
    // Of every generation that may still come back: a snapshot exists until the spec without it is reached.
    resources: ['snapshot'],
    from: (scope) => `SELECT sum(n) AS snapshot, 0 AS snapshot_new FROM (
      SELECT max(jsonb_array_length(coalesce(g.spec->'snapshots', '[]'))) AS n
      FROM vsys t JOIN vsys_generation g ON g.vsys_id = t.id
        AND g.generation BETWEEN t.observed_generation AND t.generation
      WHERE ${OF_SYSTEMS[scope]} AND t.deleted_at IS NULL GROUP BY t.id) AS systems`,
  },
  {
    resources: ['backup', 'backup-gib'],
    from: held(
      'backup',
      `${counted('backup')}, sum(t.size_gib) AS "backup-gib", sum(t.size_gib) ${building} AS "backup-gib_new"`,
    ),
  },
  { resources: ['vnet'], from: held('vnet', counted('vnet')) },
  {
    // Those that belong to a VDC count there from their allocation on, attached or not.
    resources: ['public-ip'],
    from: (scope) => `SELECT sum(n) AS "public-ip", sum(n_new) AS "public-ip_new" FROM (
      SELECT count(*) AS n, count(*) ${building} AS n_new FROM public_ip t
        WHERE ${OF_PARTS[scope]} AND t.released_at IS NULL AND t.allocation_id IS NULL
      UNION ALL SELECT count(*), 0 FROM allocated_address t WHERE ${OF_ALLOCATIONS[scope]} AND t.released_at IS NULL
    ) AS addresses`,
  },
  {
    // Belong to no VDC and no VSYS.
    resources: ['image', 'image-gib'],
    from: (scope) => `SELECT count(*) AS image, count(*) ${coming} AS image_new,
      sum(t.size_gib) AS "image-gib", sum(t.size_gib) ${coming} AS "image-gib_new" FROM disk_image t
      WHERE ${scope === 'organization' ? 't.organization_id = $1::uuid' : '$1::text IS NULL'}
        AND t.state NOT IN ('failed', 'removed')`,
  },
  {
    resources: ['operation'],
    from: (
      scope,
    ) => `SELECT count(*) AS operation, count(*) FILTER (WHERE t.state = 'queued') AS operation_new
      FROM operation t WHERE ${OF_PARTS[scope]} AND t.state IN ('queued', 'running', 'rolling-back')`,
  },
];

/** What the organization, VDC or VSYS holds of the resources, in the order of `QUOTA_RESOURCES`, then by disk class. */
export async function countQuotaUse(
  session: Session,
  scope: QuotaScope,
  scopeId: string,
  resources: readonly QuotaResource[] = QUOTA_RESOURCES,
): Promise<readonly QuotaUse[]> {
  const classes = resources.filter(isStorageQuota);
  const plain = await countPlainUse(session, scope, scopeId, resources);
  if (classes.length === 0) return plain;
  const held = await listStorageUse(session, scope, scopeId, classes);
  return [...plain, ...classes.map((resource) => held.get(resource) ?? { resource, used: 0, reserved: 0 })];
}

/**
 * Of each disk class of which something is held, or only of the classes named. By rows: a class is a provider's word, so it
 * is never part of a statement's text.
 */
export async function listStorageUse(
  session: Session,
  scope: QuotaScope,
  scopeId: string,
  only?: readonly StorageQuota[],
): Promise<ReadonlyMap<StorageQuota, QuotaUse>> {
  const rows = await session.rows<{
    diskClass: string;
    gib: number | string;
    coming: number | string | null;
  }>(storageByClass(scope), [
    scopeId,
    only === undefined ? null : only.map(diskClassOfQuota),
    STANDARD_DISK_CLASS,
  ]);
  return new Map(
    rows.map(({ diskClass, gib, coming: notYet }) => {
      const [resource, reserved] = [storageQuotaOf(diskClass), Number(notYet ?? 0)];
      return [resource, { resource, used: Number(gib) - reserved, reserved }];
    }),
  );
}

const storageByClass = (scope: QuotaScope): string => {
  const disks = (table: string, diskClass: string, gib: string): string =>
    held(table, `coalesce(t.${diskClass}, $3) AS "diskClass", t.${gib} AS gib, t.state`)(scope);
  return `SELECT "diskClass", sum(gib) AS gib, sum(gib) FILTER (WHERE state IN ('planned', 'creating')) AS coming
    FROM (${disks('vserver', 'system_disk_class', 'system_disk_gib')}
      UNION ALL ${disks('vdisk', 'disk_class', 'size_gib')}) AS disks
    WHERE gib > 0 AND ($2::text[] IS NULL OR "diskClass" = ANY($2)) GROUP BY "diskClass" ORDER BY "diskClass"`;
};

async function countPlainUse(
  session: Session,
  scope: QuotaScope,
  scopeId: string,
  resources: readonly QuotaResource[],
): Promise<readonly QuotaUse[]> {
  const sources = SOURCES.filter((source) => source.resources.some((each) => resources.includes(each)));
  if (sources.length === 0) return [];
  const text = `SELECT * FROM ${sources.map(({ from }, n) => `(${from(scope)}) AS s${n}`).join(' CROSS JOIN ')}`;
  const row = await session.first<Record<string, number | string | null>>(text, [scopeId]);
  return QUOTA_RESOURCES.filter((each) => resources.includes(each)).map((resource) => {
    const total = Number(row?.[resource] ?? 0);
    const reserved = Number(row?.[`${resource}_new`] ?? 0);
    return { resource, used: total - reserved, reserved };
  });
}
