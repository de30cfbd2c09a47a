/** How much a spec asks of each resource that has quotas. */
import type { WantedPower, VServerSpec, VsysSpec } from '../spec/vsys-spec.js';
import { QUOTA_RESOURCES, type QuotaResource } from './quota-resources.js';

export type QuotaDemand = Readonly<Record<QuotaResource, number>>;

export const NO_DEMAND: QuotaDemand = {
  vsys: 0,
  vserver: 0,
  'vserver-running': 0,
  vcpu: 0,
  'memory-mib': 0,
  'storage-gib': 0,
  snapshot: 0,
  backup: 0,
  'backup-gib': 0,
  vnet: 0,
  'public-ip': 0,
  efm: 0,
  image: 0,
  'image-gib': 0,
  operation: 0,
};

/** One change is one operation. */
const ONE_OPERATION = 1;

/** A paused server keeps its memory on the host; a suspended one lies on storage. */
export const occupiesHost = (power: WantedPower): boolean => power === 'running' || power === 'paused';

/** What the spec holds once it is reached. */
export function quotaDemandOf(spec: VsysSpec): QuotaDemand {
  const demands = [...demandsByPart(spec).values()];
  return totalOf((resource) => demands.reduce((sum, demand) => sum + demand[resource], 0));
}

/**
 * What `next` asks for beyond `previous`, part by part: a part that replaces another one counts in full, because until
 * the old one is gone both are held. A change counts as an operation; a deletion does not, so that nobody is kept from it.
 */
export function growthOf(previous: VsysSpec | undefined, next: VsysSpec): QuotaDemand {
  const before = previous === undefined ? new Map<string, QuotaDemand>() : demandsByPart(previous);
  const after = [...demandsByPart(next)];
  const grown = totalOf((resource) =>
    after.reduce(
      (sum, [part, demand]) =>
        sum + Math.max(0, demand[resource] - (before.get(part) ?? NO_DEMAND)[resource]),
      0,
    ),
  );
  return { ...grown, operation: next.presence === 'present' ? ONE_OPERATION : 0 };
}

/** The resources of which something is asked. */
export const resourcesOf = (demand: QuotaDemand): readonly QuotaResource[] =>
  QUOTA_RESOURCES.filter((resource) => demand[resource] > 0);

function totalOf(count: (resource: QuotaResource) => number): QuotaDemand {
  const total: Record<QuotaResource, number> = { ...NO_DEMAND };
  for (const resource of QUOTA_RESOURCES) total[resource] = count(resource);
  return total;
}

function demandsByPart(spec: VsysSpec): ReadonlyMap<string, QuotaDemand> {
  const backups = (spec.backups ?? []).map(({ id, sizeGiB }): [string, QuotaDemand] => [
    id,
    { ...NO_DEMAND, backup: 1, 'backup-gib': sizeGiB },
  ]);
  if (spec.presence === 'absent') return new Map(backups);
  const of = (parts: readonly { readonly id: string }[], demand: Partial<QuotaDemand>) =>
    parts.map(({ id }): [string, QuotaDemand] => [id, { ...NO_DEMAND, ...demand }]);
  return new Map<string, QuotaDemand>([
    [spec.vsysId, { ...NO_DEMAND, vsys: 1 }],
    ...spec.servers.map((server): [string, QuotaDemand] => [server.id, ofServer(server)]),
    ...spec.disks.map(({ id, sizeGiB }): [string, QuotaDemand] => [
      id,
      { ...NO_DEMAND, 'storage-gib': sizeGiB },
    ]),
    ...backups,
    ...of(spec.snapshots ?? [], { snapshot: 1 }),
    ...of(spec.nets, { vnet: 1 }),
    // Those of the VDC count for themselves.
    ...of(
      spec.publicIps.filter(({ allocation }) => allocation === undefined),
      { 'public-ip': 1 },
    ),
  ]);
}

function ofServer({ kind, power, vcpus, memoryMiB, systemDiskGiB }: VServerSpec): QuotaDemand {
  const stored = { ...NO_DEMAND, vserver: 1, efm: kind === 'server' ? 0 : 1, 'storage-gib': systemDiskGiB };
  return occupiesHost(power)
    ? { ...stored, 'vserver-running': 1, vcpu: vcpus, 'memory-mib': memoryMiB }
    : stored;
}
