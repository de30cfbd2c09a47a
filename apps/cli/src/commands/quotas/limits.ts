/** Limits on the command line: `vservers=50 vcpus=100 vnets=none`. */
import type { QuotaLimit, QuotaResource, QuotaView } from '@openvsys/api-client';
import { usageError } from '../../cli-error.js';

/** What people call each resource. The type check fails when the API knows others. */
const NAMES: Readonly<Record<QuotaResource, string>> = {
  vsys: 'vsys',
  vserver: 'vservers',
  'vserver-running': 'running-vservers',
  vcpu: 'vcpus',
  'memory-mib': 'memory-mib',
  'storage-gib': 'storage-gib',
  snapshot: 'snapshots',
  backup: 'backups',
  'backup-gib': 'backup-gib',
  vnet: 'vnets',
  'public-ip': 'public-ips',
  efm: 'efms',
  image: 'images',
  'image-gib': 'image-gib',
  operation: 'operations',
};
const RESOURCES = Object.keys(NAMES) as QuotaResource[];

/** New limits by resource; null: none. */
export type LimitChanges = ReadonlyMap<QuotaResource, number | null>;

/** Throws a usage error for an unknown resource and for what is no number. */
export function parseLimits(pairs: readonly string[]): LimitChanges {
  return new Map(pairs.map(parseLimit));
}

function parseLimit(pair: string): [QuotaResource, number | null] {
  const [name = '', value = '', ...rest] = pair.split('=');
  const resource = RESOURCES.find((each) => each === name || NAMES[each] === name);
  if (resource === undefined || rest.length > 0) {
    throw usageError(
      `“${pair}” sets no limit.`,
      `Give NAME=NUMBER or NAME=none with one of ${Object.values(NAMES).join(', ')}.`,
    );
  }
  if (value === 'none') return [resource, null];
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return [resource, Number(value)];
  throw usageError(`“${value}” is no limit for ${name}.`, 'Give a whole number from 0 on, or none.');
}

/** The limits that hold after the changes, with what is used now. */
export function changedQuotas(quotas: readonly QuotaView[], changes: LimitChanges): readonly QuotaView[] {
  return quotas.map((quota) => {
    const limit = changes.get(quota.resource);
    return limit === undefined ? quota : { ...quota, limit };
  });
}

export function limitsOf(quotas: readonly QuotaView[]): QuotaLimit[] {
  return quotas.flatMap(({ resource, limit }) => (limit === null ? [] : [{ resource, limit }]));
}
