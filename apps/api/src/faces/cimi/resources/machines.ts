/** Machines: the servers of tenants. */
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { interfacesFace } from './interfaces.js';
import { found, getMachine } from './find.js';
import { addMachine, editMachine, machineActions, removeMachine } from './machine-changes.js';
import { listMachines, machineOf, systemDiskOf } from './machine-views.js';
import { machineVolumesFace } from './machine-volumes.js';
import { metersOf } from './meters.js';
import { noteOf } from './notes.js';
import { MACHINES } from './paths.js';
import { cardsFace } from './protocol-family.js';
import { snapshotsOfMachine } from './snapshots.js';

export function machinesFace(context: CimiContext): CollectionFace {
  return {
    type: 'Machine',
    path: MACHINES,
    permission: 'vsys:read',
    list: async () => listMachines(context),
    get: async (id) => {
      const server = await getMachine(context, id);
      return machineOf(context, server, await noteOf(context, id, server.vsysId));
    },
    add: addMachine(context),
    edit: { permission: 'vsys:change', run: async (id, changes) => editMachine(context, id, changes) },
    remove: { permission: 'vsys:change', run: async (id) => removeMachine(context, id) },
    actions: machineActions(context),
    children: {
      disks: (id) => disksFace(context, id),
      volumes: (id) => machineVolumesFace(context, id),
      network_interfaces: (id) => interfacesFace(context, id),
      interfaces: (id) =>
        cardsFace(context, `${MACHINES}/${id}/interfaces`, async () => getMachine(context, id)),
      snapshots: (id) => snapshotsOfMachine(context, id),
      meters: (id) => metersOf(context, `${MACHINES}/${id}`),
    },
  };
}

function disksFace(context: CimiContext, machine: string): CollectionFace {
  const list = async () => [systemDiskOf(await getMachine(context, machine))];
  return {
    type: 'Disk',
    path: `${MACHINES}/${machine}/disks`,
    permission: 'vsys:read',
    list,
    get: async (id) => found(await list(), 'Disk', id),
  };
}
