/** Network cards as MachineNetworkInterfaces. */
import type { NicRecord } from '@openvsys/persistence';
import { ref, type Representation } from '../model/representation.js';
import type { CimiContext } from './context.js';
import { MACHINES, networkPath } from './paths.js';

export const interfacesPath = (machine: string): string => `${MACHINES}/${machine}/network_interfaces`;

export function interfaceOf(context: CimiContext, machine: string, nic: NicRecord): Representation {
  const path = `${interfacesPath(machine)}/${nic.id}`;
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
    operations: nic.state !== 'deleting' && context.may('vsys:change') ? [{ rel: 'delete', href: path }] : [],
  };
}
