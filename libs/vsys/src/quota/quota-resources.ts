/** What can be limited. Stored things are counted as long as they exist, running ones only while they are to run. */
import { STANDARD_DISK_CLASS } from '../placement/disk-class.js';

export const QUOTA_RESOURCES = [
  'vsys',
  'vserver', // EFM appliances are servers too, whether they run or not
  'vserver-running',
  'vcpu', // of running servers
  'memory-mib', // of running servers
  'storage-gib', // system disks and data disks, whether their servers run or not
  'snapshot',
  'backup',
  'backup-gib', // back-ups, those of deleted systems too
  'vnet',
  'public-ip',
  'efm', // appliances
  'image', // of the organization, in whatever state
  'image-gib', // what they take, once each
  'operation', // in flight
] as const;
export type PlainQuotaResource = (typeof QUOTA_RESOURCES)[number];

/** Disks of one class; they count as `storage-gib` too. */
const STORAGE_PREFIX = 'storage-gib/';
export type StorageQuota = `${typeof STORAGE_PREFIX}${string}`;
export type QuotaResource = PlainQuotaResource | StorageQuota;

/** The resource that disks of the class count as, e.g. `storage-gib/fast`. */
export const storageQuotaOf = (diskClass: string = STANDARD_DISK_CLASS): StorageQuota =>
  `${STORAGE_PREFIX}${diskClass}`;
export const isStorageQuota = (resource: string): resource is StorageQuota =>
  resource.startsWith(STORAGE_PREFIX);
/** The disk class that it limits. */
export const diskClassOfQuota = (resource: StorageQuota): string => resource.slice(STORAGE_PREFIX.length);

/** All names of resources, disk classes as descriptors may name them. */
export const QUOTA_RESOURCE_PATTERN = `^(?:${QUOTA_RESOURCES.join('|')}|${STORAGE_PREFIX}[a-z][a-z0-9-]{0,30})$`;

/** What a server gives back when it is stopped and needs again before it may start. */
export const RUNNING_RESOURCES = [
  'vserver-running',
  'vcpu',
  'memory-mib',
] as const satisfies readonly QuotaResource[];

/**
 * Limits hold at three levels at once, and each counts for itself:
 *
 *   organization ──► VDC ──► VSYS
 */
export const QUOTA_SCOPES = ['organization', 'vdc', 'vsys'] as const;
export type QuotaScope = (typeof QUOTA_SCOPES)[number];

/** Who may raise a limit: the provider limits organizations, an organization divides what it has. */
export const RAISED_BY: Readonly<Record<QuotaScope, 'provider' | 'organization'>> = {
  organization: 'provider',
  vdc: 'organization',
  vsys: 'organization',
};
