/** What must be in the pool, object by object, when the given systems are as wanted and nothing else was there before. */
import type { VsysDetailView } from '@openvsys/api-client';
import type { PoolObjects, PoolVm } from '../pool/pool-objects.js';

export function expectedPool(empty: PoolObjects, systems: readonly VsysDetailView[]): PoolObjects {
  const vms = systems.flatMap(expectedVms).toSorted(byName);
  const nets = systems.flatMap(({ vnets }) => vnets);
  const tagged = nets.filter(({ vlan }) => vlan !== null).length;
  const disks = vms.reduce((sum, vm) => sum + vm.disks, 0);
  const loose = systems.flatMap(({ vdisks }) => vdisks).filter(({ vserverId }) => vserverId === null).length;
  const added = {
    VM: vms.length,
    VBD: disks,
    VDI: disks + loose,
    VIF: vms.reduce((sum, vm) => sum + vm.macs.length, 0),
    network: nets.length,
    VLAN: tagged * hostsOf(empty),
    PIF: tagged * hostsOf(empty),
  };
  const counts = Object.fromEntries(
    Object.entries(added).map(([name, more]) => [name, (empty.counts[name] ?? 0) + more]),
  );
  return { vms: [...empty.vms, ...vms].toSorted(byName), counts };
}

/** Comparable whatever order the pool lists its objects in. */
export function sorted(objects: PoolObjects): PoolObjects {
  return { ...objects, vms: objects.vms.toSorted(byName) };
}

function byName(a: PoolVm, b: PoolVm): number {
  return a.name < b.name ? -1 : 1;
}

/** Before anything is created each host has its one physical interface. */
function hostsOf(empty: PoolObjects): number {
  return empty.counts['PIF'] ?? 0;
}

function expectedVms({ vservers, vdisks }: VsysDetailView): readonly PoolVm[] {
  return vservers.map((server) => ({
    name: server.id,
    powerState: server.power === 'running' ? 'Running' : 'Halted',
    disks: 1 + vdisks.filter(({ vserverId }) => vserverId === server.id).length,
    macs: server.nics.map(({ mac }) => mac).toSorted(),
  }));
}
