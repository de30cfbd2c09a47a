/** How much a spec asks of each resource that has quotas. */
import type { WantedPower, VServerSpec, VsysSpec } from '../spec/vsys-spec.js';
import {
  isStorageQuota,
  QUOTA_RESOURCES,
  storageQuotaOf,
  type PlainQuotaResource,
  type QuotaResource,
  type StorageQuota,
} from './quota-resources.js';

/** Of disk classes only those of which something is asked. */
export type QuotaDemand = Readonly<Record<PlainQuotaResource, number>> & {
  readonly [storage: StorageQuota]: number;
};

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
  return totalOf([...demandsByPart(spec).values()]);
}

/**
 * What `next` asks for beyond `previous`, part by part: a part that replaces another one counts in full, because until
 * the old one is gone both are held. A change counts as an operation; a deletion does not, so that nobody is kept from it.
 */
export function growthOf(previous: VsysSpec | undefined, next: VsysSpec): QuotaDemand {
  const before = previous === undefined ? new Map<string, QuotaDemand>() : demandsByPart(previous);
  const grown = totalOf(
    [...demandsByPart(next)].map(([part, demand]) => beyond(before.get(part) ?? NO_DEMAND, demand)),
  );
  return { ...grown, operation: next.presence === 'present' ? ONE_OPERATION : 0 };
}

/** The resources of which something is asked. */
export const resourcesOf = (demand: QuotaDemand): readonly QuotaResource[] => [
  ...QUOTA_RESOURCES.filter((resource) => demand[resource] > 0),
  ...Object.keys(demand)
    .filter(isStorageQuota)
    .filter((resource) => amountOf(demand, resource) > 0),
];

const namesOf = (demand: QuotaDemand) => Object.keys(demand) as QuotaResource[];

export const amountOf = (demand: QuotaDemand, resource: QuotaResource): number => demand[resource] ?? 0;

function totalOf(demands: readonly QuotaDemand[]): QuotaDemand {
  const total: Record<PlainQuotaResource | StorageQuota, number> = { ...NO_DEMAND };
  for (const demand of demands) {
    for (const resource of namesOf(demand)) {
      const amount = amountOf(demand, resource);
      if (amount > 0) total[resource] = amountOf(total, resource) + amount;
    }
  }
  return total;
}

/** What `after` asks for beyond `before`. */
function beyond(before: QuotaDemand, after: QuotaDemand): QuotaDemand {
  const grown = resourcesOf(after).map((resource): [string, number] => [
    resource,
    Math.max(0, amountOf(after, resource) - amountOf(before, resource)),
  ]);
  return { ...NO_DEMAND, ...Object.fromEntries(grown) };
}

const storageOf = (
  sizeGiB: number,
  diskClass: string | undefined,
): Pick<QuotaDemand, 'storage-gib' | StorageQuota> => ({
  'storage-gib': sizeGiB,
  [storageQuotaOf(diskClass)]: sizeGiB,
});

function demandsByPart(spec: VsysSpec): ReadonlyMap<string, QuotaDemand> {
  const backups = (spec.backups ?? []).map(({ id, sizeGiB }): [string, QuotaDemand] => [
    id,
    { ...NO_DEMAND, backup: 1, 'backup-gib': sizeGiB },
  ]);
  if (spec.presence === 'absent') return new Map(backups);
  const of = (
    parts: readonly { readonly id: string }[],
    demand: Partial<Record<PlainQuotaResource, number>>,
  ) => parts.map(({ id }): [string, QuotaDemand] => [id, { ...NO_DEMAND, ...demand }]);
  return new Map<string, QuotaDemand>([
    [spec.vsysId, { ...NO_DEMAND, vsys: 1 }],
    ...spec.servers.map((server): [string, QuotaDemand] => [server.id, ofServer(server)]),
    ...spec.disks.map(({ id, sizeGiB, diskClass }): [string, QuotaDemand] => [
      id,
      { ...NO_DEMAND, ...storageOf(sizeGiB, diskClass) },
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

function ofServer(server: VServerSpec): QuotaDemand {
  const { kind, power, vcpus, memoryMiB, systemDiskGiB, systemDiskClass } = server;
  const disk = storageOf(systemDiskGiB, systemDiskClass);
  const stored = { ...NO_DEMAND, ...disk, vserver: 1, efm: kind === 'server' ? 0 : 1 };
  return occupiesHost(power)
    ? { ...stored, 'vserver-running': 1, vcpu: vcpus, 'memory-mib': memoryMiB }
    : stored;
}
