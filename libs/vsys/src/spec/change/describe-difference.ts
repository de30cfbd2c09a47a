/** What a change of the spec means for each part, for people who decide whether they want it. */
import type { PartId, VServerId } from '../../ids.js';
import { headroomText, isSameHeadroom } from '../headroom.js';
import { readinessText } from '../readiness.js';
import { tuningText } from '../server-tuning.js';
import { USUAL_MTU, vnetKindOf } from '../vnet-kind.js';
import {
  isVNet,
  type AffinitySpec,
  type BackupSpec,
  type DiskOrigin,
  type NicSpec,
  type PublicIpSpec,
  type SnapshotSpec,
  type VDiskSpec,
  type VNetSpec,
  type VServerSpec,
  type VsysSpec,
} from '../vsys-spec.js';

export interface PartDifference {
  readonly part: PartId;
  readonly kind: 'vnet' | 'vserver' | 'nic' | 'vdisk' | 'public-ip' | 'snapshot' | 'backup';
  /** As in the descriptor; a NIC is named `<server>/<device>`. */
  readonly name: string;
  /** `replaced`: a new part under the name of one that is removed. */
  readonly change: 'added' | 'changed' | 'replaced' | 'removed' | 'unchanged';
  /** Only for `changed` and `replaced`. */
  readonly fields: readonly FieldDifference[];
  /** A running server is shut down and started again for it: the server itself, or the one that the disk is attached to. */
  readonly restartNeeded: boolean;
}

export interface FieldDifference {
  readonly field: string;
  /** Absent for contents that may be secret (user data, configurations). */
  readonly from?: string | number | null;
  readonly to?: string | number | null;
}

interface Comparable {
  readonly part: PartId;
  readonly kind: PartDifference['kind'];
  readonly name: string;
  readonly values: Readonly<Record<string, string | number | null>>;
  /** Compared, but not shown. */
  readonly hidden: Readonly<Record<string, string>>;
}

/** Parts in the order of the next spec, removed ones last. Without `previous` everything is added. */
export function describeDifference(previous: VsysSpec | undefined, next: VsysSpec): PartDifference[] {
  const before = previous?.presence === 'present' ? comparablesOf(previous) : [];
  const after =
    next.presence === 'present' ? comparablesOf(next) : (next.backups ?? []).map(comparableBackup);
  const restarting = restartsOf(previous, next);
  const oldByPart = new Map(before.map((old) => [old.part, old]));
  const oldByName = new Map(before.map((old) => [keyOf(old), old]));
  const kept = new Set(after.flatMap((part) => [part.part, oldByName.get(keyOf(part))?.part ?? part.part]));
  const present = after.map((part) => {
    const same = oldByPart.get(part.part);
    const old = same ?? oldByName.get(keyOf(part));
    return difference(part, old, { isSame: same !== undefined, restartNeeded: restarting.has(part.part) });
  });
  const removed = before.filter(({ part }) => !kept.has(part)).map((part) => bare(part, 'removed'));
  return [...present, ...removed];
}

const keyOf = ({ kind, name }: Comparable): string => `${kind} ${name}`;

function bare({ part, kind, name }: Comparable, change: PartDifference['change']): PartDifference {
  return { part, kind, name, change, fields: [], restartNeeded: false };
}

function difference(
  part: Comparable,
  old: Comparable | undefined,
  { isSame, restartNeeded }: { isSame: boolean; restartNeeded: boolean },
): PartDifference {
  if (!old) return bare(part, 'added');
  const fields = fieldsBetween(old, part);
  if (!isSame) return { ...bare(part, 'replaced'), fields };
  if (fields.length === 0) return bare(part, 'unchanged');
  return { ...bare(part, 'changed'), fields, restartNeeded };
}

function fieldsBetween(old: Comparable, part: Comparable): FieldDifference[] {
  // Loops, because nearly all of thousands of fields are equal.
  const fields: FieldDifference[] = [];
  for (const field of Object.keys(part.values)) {
    const [from, to] = [old.values[field] ?? null, part.values[field] ?? null];
    if (from !== to) fields.push({ field, from, to });
  }
  for (const field of Object.keys(part.hidden)) {
    if (old.hidden[field] !== part.hidden[field]) fields.push({ field });
  }
  return fields;
}

function comparablesOf(spec: VsysSpec): Comparable[] {
  const names = new Map<PartId | null, string>(
    [...spec.servers, ...spec.nets].map(({ id, name }) => [id, name]),
  );
  return [
    ...spec.nets.map(comparableNet),
    ...spec.servers.flatMap((server) => [
      comparableServer(server),
      ...server.nics.map((nic) => comparableNic(nic, server.name, names)),
    ]),
    ...spec.disks.map((disk) => comparableDisk(disk, names)),
    ...spec.publicIps.map((ip) => comparablePublicIp(ip, names)),
    ...(spec.snapshots ?? []).map(comparableSnapshot),
    ...(spec.backups ?? []).map(comparableBackup),
  ];
}

const comparableNet = ({ id, name, vlan, kind, mtu, cidr }: VNetSpec): Comparable => ({
  part: id,
  kind: 'vnet',
  name,
  values: { vlan, cidr, kind: vnetKindOf({ kind }), mtu: mtu ?? USUAL_MTU },
  hidden: {},
});

/** What a server may be wished beside what it is. */
const wishesOf = ({
  minMemoryMiB,
  headroom,
  tuning,
  systemDiskClass,
  licence,
  affinity,
  ready,
  revert,
  systemOrigin,
  rescue,
}: VServerSpec): Comparable['values'] => ({
  minMemoryMiB: minMemoryMiB ?? null,
  headroom: headroom === undefined ? null : headroomText(headroom),
  tuning: tuningText(tuning) || null,
  systemDiskClass: systemDiskClass ?? null,
  licence: licence === undefined ? null : `${licence.product} by ${licence.unit}`,
  ...affinityTexts(affinity),
  ready: readinessOf(ready),
  reverts: revert?.count ?? 0,
  revertedTo: revert?.to ?? null,
  systemFills: systemOrigin?.count ?? 0,
  systemFilledFrom: originText(systemOrigin),
  rescue: rescue?.image ?? null,
});

function comparableServer(server: VServerSpec): Comparable {
  const { id, name, kind, type, vcpus, memoryMiB, image, power, restarts, startOrder } = server;
  return {
    part: id,
    kind: 'vserver',
    name,
    values: {
      kind,
      type,
      vcpus,
      memoryMiB,
      image,
      power,
      restarts,
      startOrder,
      ...wishesOf(server),
    },
    hidden: {
      userData: userDataOf(server),
      configDrive: JSON.stringify(server.configDrive?.version ?? null),
      configuration: server.efm?.configHash ?? '',
    },
  };
}

/** In the order of the keys: a spec that was stored comes back with its keys in another one. */
const userDataOf = ({ guestData }: VServerSpec): string =>
  JSON.stringify(
    Object.entries(guestData)
      .filter(([key]) => key.startsWith('user-data/'))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

type Names = ReadonlyMap<PartId | null, string>;
const comparableNic = (nic: NicSpec, server: string, names: Names): Comparable => ({
  part: nic.id,
  kind: 'nic',
  name: `${server}/${nic.device}`,
  values: {
    vnet: isVNet(nic.net) ? (names.get(nic.net) ?? nic.net) : nic.net,
    mac: nic.mac,
    ipv4: nic.ipv4,
    mtu: nic.mtu ?? null,
    rateLimitKBps: nic.rateLimitKBps ?? null,
    alsoIpv4: nic.alsoIpv4?.toSorted().join(' ') ?? null,
    ipv6: nic.ipv6 ?? null,
  },
  hidden: {},
});

const comparableDisk = (disk: VDiskSpec, names: Names): Comparable => ({
  part: disk.id,
  kind: 'vdisk',
  name: disk.name,
  values: {
    sizeGiB: disk.sizeGiB,
    diskClass: disk.diskClass ?? null,
    priority: disk.priority ?? null,
    server: names.get(disk.server) ?? null,
    fills: disk.origin?.count ?? 0,
    filledFrom: originText(disk.origin),
  },
  hidden: {},
});

const comparablePublicIp = (ip: PublicIpSpec, names: Names): Comparable => ({
  part: ip.id,
  kind: 'public-ip',
  name: ip.name,
  values: { address: ip.address, server: names.get(ip.server) ?? null },
  hidden: {},
});

const affinityTexts = ({ apartFrom, nearTo }: AffinitySpec = {}) => ({
  apartFrom: apartFrom?.join(' ') ?? null,
  nearTo: nearTo?.join(' ') ?? null,
});

const readinessOf = (ready: VServerSpec['ready']): string | null =>
  ready === undefined ? null : readinessText(ready);

function originText(origin: DiskOrigin | undefined): string | null {
  if (origin === undefined) return null;
  const { from } = origin;
  if ('backup' in from) return from.backup;
  if ('image' in from) return from.image;
  return 'snapshot' in from ? `${from.disk} in ${from.snapshot}` : from.disk;
}

const comparableBackup = ({ id, name, source, sizeGiB }: BackupSpec): Comparable => ({
  part: id,
  kind: 'backup',
  // The name is for people; two may have the same.
  name: `${name} (${id})`,
  values: { source, sizeGiB },
  hidden: {},
});

const comparableSnapshot = ({ id, name, servers, withMemory }: SnapshotSpec): Comparable => ({
  part: id,
  kind: 'snapshot',
  // The name is for people; two may have the same.
  name: `${name} (${id})`,
  values: { servers: servers.length, withMemory: String(withMemory) },
  hidden: {},
});

/** Servers that are halted for a while because of another size, and disks that grow while attached to a running one. */
function restartsOf(previous: VsysSpec | undefined, next: VsysSpec): ReadonlySet<PartId> {
  const oldServers = new Map(previous?.servers.map((server) => [server.id, server]));
  const oldDisks = new Map(previous?.disks.map((disk) => [disk.id, disk]));
  const running = next.servers.filter(
    ({ id, power }) => power === 'running' && oldServers.get(id)?.power === 'running',
  );
  const isUp = new Set<VServerId | null>(running.map(({ id }) => id));
  const servers = running.filter((server) => isHalted(oldServers.get(server.id), server));
  const disks = next.disks.filter(
    (disk) =>
      isUp.has(disk.server) &&
      (growsInPlace(oldDisks.get(disk.id), disk) || isRefilled(oldDisks.get(disk.id), disk)),
  );
  return new Set<PartId>([...servers, ...disks].map(({ id }) => id));
}

const isRefilled = (old: VDiskSpec | undefined, disk: VDiskSpec): boolean =>
  old !== undefined && (old.origin?.count ?? 0) < (disk.origin?.count ?? 0);

const isHalted = (old: VServerSpec | undefined, server: VServerSpec): boolean =>
  old !== undefined &&
  (isResizedColdly(old, server) || old.restarts < server.restarts || bootsOtherwise(old, server));

/** Another boot disk, or other contents of its own. */
const bootsOtherwise = (old: VServerSpec, server: VServerSpec): boolean =>
  old.rescue?.count !== server.rescue?.count ||
  (old.systemOrigin?.count ?? 0) < (server.systemOrigin?.count ?? 0) ||
  (old.revert?.count ?? 0) < (server.revert?.count ?? 0);

/** A size within the headroom changes while it runs. */
function isResizedColdly(old: VServerSpec, server: VServerSpec): boolean {
  if (!isSameHeadroom(old.headroom, server.headroom)) return true;
  if (server.headroom !== undefined) return false;
  if (old.vcpus !== server.vcpus || old.memoryMiB !== server.memoryMiB) return true;
  return old.minMemoryMiB !== server.minMemoryMiB;
}

const growsInPlace = (old: VDiskSpec | undefined, disk: VDiskSpec): boolean =>
  old !== undefined && old.server === disk.server && disk.sizeGiB > old.sizeGiB;
