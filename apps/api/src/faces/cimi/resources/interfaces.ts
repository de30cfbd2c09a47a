/** Network cards: MachineNetworkInterfaces with the one address that they have. */
import { ref, type Representation } from '../model/representation.js';
import { unknown, type CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { found, getMachine } from './find.js';
import { interfaceOf, interfacesPath } from './interface-views.js';
import { addInterface, removeInterface } from './network-changes.js';

export function interfacesFace(context: CimiContext, machine: string): CollectionFace {
  const list = async () =>
    (await getMachine(context, machine)).nics.map((nic) => interfaceOf(context, machine, nic));
  return {
    type: 'MachineNetworkInterface',
    path: interfacesPath(machine),
    permission: 'vsys:read',
    list,
    get: async (id) => found(await list(), 'MachineNetworkInterface', id),
    add: addInterface(context, machine),
    remove: { permission: 'vsys:change', run: async (nic) => removeInterface(context, nic) },
    children: { addresses: (nic) => addressesFace(context, machine, nic) },
  };
}

function addressesFace(context: CimiContext, machine: string, nic: string): CollectionFace {
  const path = `${interfacesPath(machine)}/${nic}/addresses`;
  const list = async (): Promise<readonly Representation[]> => {
    const card = (await getMachine(context, machine)).nics.find(({ id }) => id === nic);
    if (card === undefined) throw unknown('MachineNetworkInterface', nic);
    return [
      {
        type: 'MachineNetworkInterfaceAddress',
        id: `${path}/${nic}`,
        attributes: { name: card.ipv4, address: ref(`addresses/${nic}`) },
        operations: [],
      },
    ];
  };
  return {
    type: 'MachineNetworkInterfaceAddress',
    path,
    permission: 'vsys:read',
    list,
    get: async (id) => found(await list(), 'MachineNetworkInterfaceAddress', id),
  };
}
