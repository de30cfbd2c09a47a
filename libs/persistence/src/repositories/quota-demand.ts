/** How much a spec asks of each resource that has quotas. */
import type { VsysSpec } from '@openvsys/vsys';

export const QUOTA_RESOURCES = [
  'vsys',
  'vserver', // EFM appliances are servers too
  'vcpu',
  'memory-mib',
  'storage-gib', // system disks and data disks
  'vnet',
  'public-ip',
] as const;
export type QuotaResource = (typeof QUOTA_RESOURCES)[number];

export type QuotaDemand = Readonly<Record<QuotaResource, number>>;

const NOTHING: QuotaDemand = {
  vsys: 0,
  vserver: 0,
  vcpu: 0,
  'memory-mib': 0,
  'storage-gib': 0,
  vnet: 0,
  'public-ip': 0,
};

/** What the spec holds once it is reached. */
export function quotaDemandOf(spec: VsysSpec): QuotaDemand {
  const total: Record<QuotaResource, number> = { ...NOTHING };
  for (const demand of demandsByPart(spec).values()) {
    for (const resource of QUOTA_RESOURCES) total[resource] += demand[resource];
  }
  return total;
}

/**
 * The resources of which any part of `next` holds more than in `previous`. A part that replaces another one counts:
 * until the old one is gone both are held.
 */
export function growthOf(previous: VsysSpec | undefined, next: VsysSpec): readonly QuotaResource[] {
  const before = previous === undefined ? new Map<string, QuotaDemand>() : demandsByPart(previous);
  const after = [...demandsByPart(next)];
  return QUOTA_RESOURCES.filter((resource) =>
    after.some(([part, demand]) => demand[resource] > (before.get(part) ?? NOTHING)[resource]),
  );
}

function demandsByPart(spec: VsysSpec): ReadonlyMap<string, QuotaDemand> {
  if (spec.presence === 'absent') return new Map();
  return new Map<string, QuotaDemand>([
    [spec.vsysId, { ...NOTHING, vsys: 1 }],
    ...spec.servers.map(({ id, vcpus, memoryMiB, systemDiskGiB }): [string, QuotaDemand] => [
      id,
      { ...NOTHING, vserver: 1, vcpu: vcpus, 'memory-mib': memoryMiB, 'storage-gib': systemDiskGiB },
    ]),
    ...spec.disks.map(({ id, sizeGiB }): [string, QuotaDemand] => [
      id,
      { ...NOTHING, 'storage-gib': sizeGiB },
    ]),
    ...spec.nets.map(({ id }): [string, QuotaDemand] => [id, { ...NOTHING, vnet: 1 }]),
    ...spec.publicIps.map(({ id }): [string, QuotaDemand] => [id, { ...NOTHING, 'public-ip': 1 }]),
  ]);
}
