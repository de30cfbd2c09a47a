/** How the laws compare worlds; written without the planner's own code, so that they check it and do not repeat it. */
import type { ObservedNic, ObservedVsys, VsysSpec } from '@openvsys/vsys';

const sorted = <T extends { readonly id: string }>(parts: readonly T[]): readonly T[] =>
  parts.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** The observation without the order of its lists. */
export function canonical(observed: ObservedVsys): Required<ObservedVsys> {
  return {
    nets: sorted(observed.nets),
    servers: sorted(observed.servers),
    disks: sorted(observed.disks),
    nics: sorted(observed.nics),
    snapshots: sorted(observed.snapshots ?? []),
    backups: sorted(observed.backups ?? []),
  };
}

/** The addresses of a NIC are a set. */
const comparableNic = ({ ipv4, alsoIpv4 = [], ...nic }: ObservedNic) => ({
  ...nic,
  addresses: [...new Set([ipv4, ...alsoIpv4])].toSorted(),
});

/** Everything that a pool which equals the spec holds; disks may be larger than wanted. */
export function wantedWorld(spec: VsysSpec) {
  if (spec.presence === 'absent')
    return { nets: [], servers: [], disks: [], nics: [], snapshots: [], backups: [] };
  return {
    nets: sorted(spec.nets).map(({ id, vlan, kind, mtu }) => ({ id, vlan, kind, mtu })),
    servers: sorted(spec.servers).map((server) => ({
      id: server.id,
      stage: 'configured',
      power: server.power === 'stopped' ? 'halted' : server.power,
      vcpus: server.vcpus,
      memoryMiB: server.memoryMiB,
      restarts: server.restarts,
      guestData: server.guestData,
      minMemoryMiB: server.minMemoryMiB,
      tuning: server.tuning,
      headroom: server.headroom,
      rescue: server.rescue && { count: server.rescue.count },
    })),
    snapshots: sorted(spec.snapshots ?? []).map(({ id }) => ({ id })),
    backups: sorted(spec.backups ?? []).map(({ id }) => ({ id, isPartial: undefined })),
    disks: sorted(spec.disks).map(({ id, server, priority }) => ({
      id,
      attachedTo: server,
      priority: server === null ? undefined : priority,
    })),
    nics: sorted(
      spec.servers.flatMap((server) =>
        server.nics.map(({ device: _device, ...nic }) => comparableNic({ server: server.id, ...nic })),
      ),
    ),
  };
}

/** The same view of an observation. */
export function seenWorld(observed: ObservedVsys) {
  const { nets, servers, disks, nics, snapshots, backups } = canonical(observed);
  return {
    nets: nets.map(({ id, vlan, kind, mtu }) => ({ id, vlan, kind, mtu })),
    servers: servers.map(({ id, stage, power, vcpus, memoryMiB, restarts, guestData, ...more }) => ({
      id,
      stage,
      power,
      vcpus,
      memoryMiB,
      restarts,
      guestData,
      minMemoryMiB: more.minMemoryMiB,
      tuning: more.tuning,
      headroom: more.headroom,
      rescue: more.rescue,
    })),
    backups: backups.map(({ id, isPartial }) => ({ id, isPartial })),
    disks: disks.map(({ id, attachedTo, priority }) => ({ id, attachedTo, priority })),
    nics: nics.map(comparableNic),
    snapshots: snapshots.map(({ id }) => ({ id })),
  };
}

/** Throws on any later write into it, however deep. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
