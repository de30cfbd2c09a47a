/**
 * What is held of each resource with quotas: always counted from rows, so it cannot drift. A row counts from its
 * admission until it is released, that is until the spec without it is reached: what an operation reserves is given back
 * with its end, and a roll-back never finds its place taken.
 *
 * Stored things count as long as they exist. vCPUs and memory count while a server is to occupy a host, and for what it
 * occupied before a change that is not reached yet (`held_…`).
 *
 * Assumed, and explored to the last state in `libs/provisioning/test/model/quota.model.ts`: who adds up holds the lock of the limit
 * until the rows that he adds are committed, and each row is released by the end of an operation, however it ends.
 */
import {
  diskClassOfQuota,
  isStorageQuota,
  QUOTA_RESOURCES,
  STANDARD_DISK_CLASS,
  storageQuotaOf,
  type QuotaResource,
  type QuotaScope,
  type StorageQuota,
} from '@openvsys/vsys';
import type { Session } from '../session.js';
import { heldParts, QUOTA_SOURCES } from './quota-sources.js';

/** `used`: exists in a pool or is being removed · `reserved`: admitted and not built or not started yet. */
export interface QuotaUse {
  readonly resource: QuotaResource;
  readonly used: number;
  readonly reserved: number;
}

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

/** The sums of what `countQuotaUse` answers, for a third of its work: all that a limit which is kept has to know. */
export async function sumQuotaUse(
  session: Session,
  scope: QuotaScope,
  scopeId: string,
  resources: readonly QuotaResource[],
): Promise<ReadonlyMap<QuotaResource, number>> {
  const classes = resources.filter(isStorageQuota);
  const counted = await countRows(session, scope, scopeId, resources, 'sum');
  const stored = classes.length === 0 ? undefined : await listStorageUse(session, scope, scopeId, classes);
  return new Map(
    resources.map((resource) => {
      const use = isStorageQuota(resource) ? stored?.get(resource) : undefined;
      return [resource, use === undefined ? (counted.get(resource) ?? 0) : use.used + use.reserved];
    }),
  );
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
    `SELECT coalesce(t.${diskClass}, $3) AS "diskClass", t.${gib} AS gib, t.state FROM ${heldParts(table)(scope)}`;
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
  const counted = await countRows(session, scope, scopeId, resources, 'split');
  return QUOTA_RESOURCES.filter((each) => resources.includes(each)).map((resource) => {
    const reserved = counted.get(`${resource}+`) ?? 0;
    return { resource, used: (counted.get(resource) ?? 0) - reserved, reserved };
  });
}

/**
 * By resource, and by resource and `+` what of it is not there yet: half of the work, so it is left out where only the sum
 * counts. One statement; of each table only what is asked for.
 */
async function countRows(
  session: Session,
  scope: QuotaScope,
  scopeId: string,
  resources: readonly QuotaResource[],
  detail: 'split' | 'sum',
): Promise<ReadonlyMap<string, number>> {
  const tables = QUOTA_SOURCES.flatMap(({ rows, counts }, n) => {
    const columns = Object.entries(counts)
      .filter(([resource]) => resources.some((each) => each === resource))
      .flatMap(([resource, { all, coming }]) => [
        `${all} AS "${resource}/${n}"`,
        ...(detail === 'sum' || coming === undefined ? [] : [`${coming} AS "${resource}+/${n}"`]),
      ]);
    return columns.length === 0 ? [] : [`(SELECT ${columns.join(', ')} FROM ${rows(scope)}) AS s${n}`];
  });
  const sums = new Map<string, number>();
  if (tables.length === 0) return sums;
  const text = `SELECT * FROM ${tables.join(' CROSS JOIN ')}`;
  const row = (await session.first<Record<string, number | string | null>>(text, [scopeId])) ?? {};
  for (const [column, value] of Object.entries(row)) {
    const [name = column] = column.split('/');
    sums.set(name, (sums.get(name) ?? 0) + Number(value ?? 0));
  }
  return sums;
}
