/** Servers as Machines. */
import type { VDiskRecord, VServerRecord } from '@openvsys/persistence';
import { allowedActions } from '@openvsys/vsys';
import { ref, type Operation, type Representation } from '../model/representation.js';
import { MACHINE_STATES } from '../words/states.js';
import { kibOfMib, kilobytesOfGib } from '../words/units.js';
import type { CimiContext } from './context.js';
import { noted, type Notes } from './notes.js';
import { MACHINES } from './paths.js';

/** Xen Cloud Platform runs on no other. */
export const CPU_ARCH = 'x86_64';

export function machineOf(context: CimiContext, server: VServerRecord, notes: Notes): Representation {
  const path = `${MACHINES}/${server.id}`;
  const isV1 = context.dialect.version === 1;
  return {
    type: 'Machine',
    id: path,
    attributes: {
      ...noted(notes, server.id, server.name),
      ...(isV1 ? {} : { parent: `systems/${server.vsysId}` }),
      state: MACHINE_STATES[server.state],
      cpu: server.vcpus,
      memory: kibOfMib(server.memoryMiB),
      disks: ref(`${path}/disks`),
      cpuArch: CPU_ARCH,
      volumes: ref(`${path}/volumes`),
      ...(isV1
        ? { networkInterfaces: ref(`${path}/network_interfaces`) }
        : { interfaces: ref(`${path}/interfaces`) }),
      snapshots: ref(`${path}/snapshots`),
      meters: ref(`${path}/meters`),
      eventLog: ref(`event_logs/${server.id}`),
    },
    operations: machineOperations(context, server, path),
  };
}

/** `restart` stands before `start`: a suite takes the last one whose name has the word in it. */
function machineOperations(context: CimiContext, server: VServerRecord, path: string): readonly Operation[] {
  const { state } = server;
  const allowed = new Set<string>(allowedActions('vserver', state));
  const operations: Operation[] = [];
  const offer = (rel: string, href: string) => operations.push({ rel, href });
  const isStable = state !== 'planned' && state !== 'creating' && state !== 'deleting';
  if (context.may('vsys:change') && allowed.has('change')) offer('edit', path);
  if (context.may('vsys:delete') && allowed.has('delete')) offer('delete', path);
  if (context.may('vsys:power')) {
    if (state === 'running' && server.power === 'running')
      for (const verb of ['restart', 'pause', 'suspend']) offer(`action/${verb}`, `${path}/${verb}`);
    if (isStable && allowed.has('start') && server.power !== 'running')
      offer('action/start', `${path}/start`);
    if (isStable && allowed.has('stop') && server.power !== 'stopped') offer('action/stop', `${path}/stop`);
  }
  if (context.may('vsys:change') && isStable) {
    offer('action/capture', `${path}/capture`);
    offer('action/snapshot', `${path}/snapshot`);
    offer('action/restore', `${path}/restore`);
  }
  return operations;
}

/** The system disk; data disks are volumes. */
export function systemDiskOf({ id, systemDiskGiB }: VServerRecord): Representation {
  return {
    type: 'Disk',
    id: `${MACHINES}/${id}/disks/system`,
    attributes: { name: 'system', capacity: kilobytesOfGib(systemDiskGiB), initialLocation: '/dev/xvda' },
    operations: [],
  };
}

export function machineVolumeOf(
  context: CimiContext,
  machine: string,
  { id, name }: Pick<VDiskRecord, 'id' | 'name'>,
): Representation {
  const path = `${MACHINES}/${machine}/volumes/${id}`;
  return {
    type: 'MachineVolume',
    id: path,
    attributes: { name, volume: ref(`volumes/${id}`) },
    operations: context.may('vsys:change') ? [{ rel: 'delete', href: path }] : [],
  };
}
