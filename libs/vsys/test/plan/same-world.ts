/** How the laws compare worlds; written without the planner's own code, so that they check it and do not repeat it. */
import type { ObservedVsys, VsysSpec } from '@openvsys/vsys';

const sorted = <T extends { readonly id: string }>(parts: readonly T[]): readonly T[] =>
  parts.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** The observation without the order of its lists. */
export function canonical(observed: ObservedVsys): ObservedVsys {
  return {
    nets: sorted(observed.nets),
    servers: sorted(observed.servers),
    disks: sorted(observed.disks),
    nics: sorted(observed.nics),
  };
}

/** Everything that a pool which equals the spec holds; disks may be larger than wanted. */
export function wantedWorld(spec: VsysSpec) {
  if (spec.presence === 'absent') return { nets: [], servers: [], disks: [], nics: [] };
  return {
    nets: sorted(spec.nets).map(({ id, vlan }) => ({ id, vlan })),
    servers: sorted(spec.servers).map((server) => ({
      id: server.id,
      stage: 'configured',
      power: server.power === 'running' ? 'running' : 'halted',
      vcpus: server.vcpus,
      memoryMiB: server.memoryMiB,
      restarts: server.restarts,
      guestData: server.guestData,
    })),
    disks: sorted(spec.disks).map(({ id, server }) => ({ id, attachedTo: server })),
    nics: sorted(
      spec.servers.flatMap((server) =>
        server.nics.map(({ id, net, mac, ipv4 }) => ({ id, server: server.id, net, mac, ipv4 })),
      ),
    ),
  };
}

/** The same view of an observation. */
export function seenWorld(observed: ObservedVsys) {
  const { nets, servers, disks, nics } = canonical(observed);
  return {
    nets,
    servers: servers.map(({ id, stage, power, vcpus, memoryMiB, restarts, guestData }) => ({
      id,
      stage,
      power,
      vcpus,
      memoryMiB,
      restarts,
      guestData,
    })),
    disks: disks.map(({ id, attachedTo }) => ({ id, attachedTo })),
    nics,
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
