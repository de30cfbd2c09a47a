/** Servers as Machines. */
import type { VDiskRecord, VServerRecord } from '@openvsys/persistence';
import { allowedActions, type VsysId } from '@openvsys/vsys';
import { ref, type Operation, type Representation } from '../model/representation.js';
import { MACHINE_STATES } from '../words/states.js';
import { kibOfMib, kilobytesOfGib } from '../words/units.js';
import type { CimiContext } from './context.js';
import { isMachine } from './find.js';
import { noted, notesOf, type Notes } from './notes.js';
import { MACHINES } from './paths.js';

/** Xen Cloud Platform runs on no other. */
export const CPU_ARCH = 'x86_64';

export async function listMachines(
  context: CimiContext,
  vsysId?: VsysId,
): Promise<readonly Representation[]> {
  const servers = await context.all((page) => context.use.parts.listVServers(context.call, { vsysId }, page));
  const notes = await notesOf(context, vsysId);
  return servers.filter(isMachine).map((server) => machineOf(context, server, notes));
}

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
  const allowed = new Set<string>(allowedActions('vserver', server.state));
  return [
    ...(context.may('vsys:change') && allowed.has('change') ? [{ rel: 'edit', href: path }] : []),
    ...(context.may('vsys:change') && allowed.has('delete') ? [{ rel: 'delete', href: path }] : []),
    ...verbsOf(context, server, allowed).map((verb) => ({ rel: `action/${verb}`, href: `${path}/${verb}` })),
  ];
}

function verbsOf(
  context: CimiContext,
  { state, power }: VServerRecord,
  allowed: ReadonlySet<string>,
): readonly string[] {
  if (state === 'planned' || state === 'creating' || state === 'deleting') return [];
  const contents = context.may('vsys:change') ? ['capture', 'snapshot', 'restore'] : [];
  if (!context.may('vsys:power')) return contents;
  const isUp = state === 'running' && power === 'running';
  return [
    ...(isUp ? ['restart', 'pause', 'suspend'] : []),
    ...(allowed.has('start') && power !== 'running' ? ['start'] : []),
    ...(allowed.has('stop') && power !== 'stopped' ? ['stop'] : []),
    ...contents,
  ];
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
