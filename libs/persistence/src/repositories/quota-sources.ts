/** Where each resource with quotas is counted: a source for each table, so that a table is walked through once for all of them. */
import type { PlainQuotaResource, QuotaScope } from '@openvsys/vsys';

/** Both are expressions over the rows of a source. */
export interface Count {
  readonly all: string;
  /** Those among them that are admitted and not there yet; absent: none ever is. */
  readonly coming?: string;
}

export interface QuotaSource {
  /** What follows FROM: the rows that count, as `t`. $1: the id of the scope. */
  readonly rows: (scope: QuotaScope) => string;
  /** What is counted in several sources is their sum. */
  readonly counts: Readonly<Partial<Record<PlainQuotaResource, Count>>>;
}

/**
 * The VDC is looked up row by row: joined, a database without statistics yet would walk through all parts of the
 * organization for each system.
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

const BUILDING = `t.state IN ('planned', 'creating')`;
const STARTING = 't.host IS NULL';
const UPLOADING = `t.state IN ('awaiting-upload', 'importing')`;
const QUEUED = `t.state = 'queued'`;

const OCCUPIES = `t.wanted_power IN ('running', 'paused')`;
const CPUS = `greatest(CASE WHEN ${OCCUPIES} THEN t.vcpus ELSE 0 END, t.held_vcpus)`;
const MIB = `greatest(CASE WHEN ${OCCUPIES} THEN t.memory_mib ELSE 0 END, t.held_memory_mib)`;

const number = (which: string, coming: string): Count => ({
  all: which === '' ? 'count(*)' : `count(*) FILTER (WHERE ${which})`,
  coming: `count(*) FILTER (WHERE ${which === '' ? '' : `${which} AND `}${coming})`,
});
const sum = (amount: string, coming: string): Count => ({
  all: `sum(${amount})`,
  coming: `sum(${amount}) FILTER (WHERE ${coming})`,
});
const EACH = '';

/** Parts that are not released yet. */
export const heldParts =
  (table: string) =>
  (scope: QuotaScope): string =>
    `${table} t WHERE ${OF_PARTS[scope]} AND t.released_at IS NULL`;

export const QUOTA_SOURCES: readonly QuotaSource[] = [
  {
    rows: (scope) => `vsys t WHERE ${OF_SYSTEMS[scope]} AND t.deleted_at IS NULL`,
    counts: { vsys: number(EACH, `t.phase = 'provisioning'`) },
  },
  {
    rows: heldParts('vserver'),
    counts: {
      vserver: number(EACH, BUILDING),
      'vserver-running': number(`${CPUS} > 0`, STARTING),
      vcpu: sum(CPUS, STARTING),
      'memory-mib': sum(MIB, STARTING),
      'storage-gib': sum('t.system_disk_gib', BUILDING),
      efm: number(`t.kind <> 'server'`, BUILDING),
    },
  },
  { rows: heldParts('vdisk'), counts: { 'storage-gib': sum('t.size_gib', BUILDING) } },
  {
    // Of every generation that may still come back: a snapshot exists until the spec without it is reached.
    rows: (scope) => `(SELECT max(jsonb_array_length(coalesce(g.spec->'snapshots', '[]'))) AS snapshots
      FROM vsys t JOIN vsys_generation g ON g.vsys_id = t.id
        AND g.generation BETWEEN t.observed_generation AND t.generation
      WHERE ${OF_SYSTEMS[scope]} AND t.deleted_at IS NULL GROUP BY t.id) AS t`,
    counts: { snapshot: { all: 'sum(t.snapshots)' } },
  },
  {
    rows: heldParts('backup'),
    counts: { backup: number(EACH, BUILDING), 'backup-gib': sum('t.size_gib', BUILDING) },
  },
  { rows: heldParts('vnet'), counts: { vnet: number(EACH, BUILDING) } },
  // The end of a connection is a network to its system.
  { rows: heldParts('connection_end'), counts: { vnet: { all: 'count(*)' } } },
  {
    rows: (scope) => `${heldParts('public_ip')(scope)} AND t.allocation_id IS NULL`,
    counts: { 'public-ip': number(EACH, BUILDING) },
  },
  {
    // Those that belong to a VDC count there from their allocation on, attached or not.
    rows: (scope) => `allocated_address t WHERE ${OF_ALLOCATIONS[scope]} AND t.released_at IS NULL`,
    counts: { 'public-ip': { all: 'count(*)' } },
  },
  {
    // Belong to no VDC and no VSYS.
    rows: (scope) => `disk_image t WHERE t.state NOT IN ('failed', 'removed')
      AND ${scope === 'organization' ? 't.organization_id = $1::uuid' : '$1::text IS NULL'}`,
    counts: { image: number(EACH, UPLOADING), 'image-gib': sum('t.size_gib', UPLOADING) },
  },
  {
    rows: (scope) =>
      `operation t WHERE ${OF_PARTS[scope]} AND t.state IN ('queued', 'running', 'rolling-back')`,
    counts: { operation: number(EACH, QUEUED) },
  },
];
