/** What can be limited. Stored things are counted as long as they exist, running ones only while they are to run. */

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
export type QuotaResource = (typeof QUOTA_RESOURCES)[number];

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
