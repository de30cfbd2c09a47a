/** Network cards: MachineNetworkInterfaces with the one address that they have. */
import type { NicRecord } from '@openvsys/persistence';
import { ref, type Representation } from '../model/representation.js';
import { unknown, type CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { found, getMachine } from './find.js';
import { networkPath } from './paths.js';

const pathOf = (machine: string): string => `machines/${machine}/network_interfaces`;

export function interfacesFace(context: CimiContext, machine: string): CollectionFace {
  const list = async () => (await getMachine(context, machine)).nics.map((nic) => interfaceOf(machine, nic));
  return {
    type: 'MachineNetworkInterface',
    path: pathOf(machine),
    permission: 'vsys:read',
    list,
    get: async (id) => found(await list(), 'MachineNetworkInterface', id),
    children: { addresses: (nic) => addressesFace(context, machine, nic) },
  };
}

function interfaceOf(machine: string, nic: NicRecord): Representation {
  const path = `${pathOf(machine)}/${nic.id}`;
  return {
    type: 'MachineNetworkInterface',
    id: path,
    attributes: {
      name: `eth${nic.device}`,
      addresses: ref(`${path}/addresses`),
      network: ref(networkPath(nic.vnetId)),
      networkPort: ref(`network_ports/${nic.id}`),
      state: nic.state === 'ready' ? 'ACTIVE' : 'DISABLED',
      macAddress: nic.mac,
    },
    operations: [],
  };
}

function addressesFace(context: CimiContext, machine: string, nic: string): CollectionFace {
  const path = `${pathOf(machine)}/${nic}/addresses`;
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
