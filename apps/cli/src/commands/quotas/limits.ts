/** Limits on the command line: `vservers=50 storage-gib:fast=100 vnets=none`. */
import type { QuotaLimit, QuotaView } from '@openvsys/api-client';
import { usageError } from '../../cli-error.js';

/** What people call each resource of the API. */
const NAMES = {
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
} as const;
const RESOURCES = Object.entries(NAMES);
const STORAGE = NAMES['storage-gib'];
/** Disks of one class: `storage-gib:fast`, and as the API writes it. */
const STORAGE_OF_CLASS = new RegExp(`^${STORAGE}[:/]([a-z][a-z0-9-]{0,30})$`);

/** New limits by resource; null: none. */
export type LimitChanges = ReadonlyMap<string, number | null>;

/** Throws a usage error for an unknown resource and for what is no number. */
export function parseLimits(pairs: readonly string[]): LimitChanges {
  return new Map(pairs.map(parseLimit));
}

function parseLimit(pair: string): [string, number | null] {
  const [name = '', value = '', ...rest] = pair.split('=');
  const resource = resourceOf(name);
  if (resource === undefined || rest.length > 0) {
    throw usageError(
      `“${pair}” sets no limit.`,
      `Give NAME=NUMBER or NAME=none with one of ${Object.values(NAMES).join(', ')}, ${STORAGE}:CLASS.`,
    );
  }
  if (value === 'none') return [resource, null];
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return [resource, Number(value)];
  throw usageError(`“${value}” is no limit for ${name}.`, 'Give a whole number from 0 on, or none.');
}

function resourceOf(name: string): string | undefined {
  const diskClass = STORAGE_OF_CLASS.exec(name)?.[1];
  if (diskClass !== undefined) return `storage-gib/${diskClass}`;
  return RESOURCES.find((names) => names.includes(name))?.[0];
}

/** All limits that hold after the changes. */
export function changedLimits(quotas: readonly QuotaView[], changes: LimitChanges): QuotaLimit[] {
  const limits = new Map([...quotas.map(({ resource, limit }) => [resource, limit] as const), ...changes]);
  return [...limits].flatMap(([resource, limit]) => (limit === null ? [] : [{ resource, limit }]));
}
