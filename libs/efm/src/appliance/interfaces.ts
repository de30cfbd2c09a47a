/** Interfaces and routes of an appliance; the agent makes them so. */
import { INTERNET, type ApplianceInput, type ApplianceInterface, type ApplianceRoute } from '@openvsys/vsys';
import { prefixOf } from '../network.js';

export const UPLINK = 'uplink';
/** The appliance names its interfaces by device number; the one to the outside has no VNet. */
export const interfaceName = (device: number): string => `eth${device}`;

export function applianceInterfaces(input: ApplianceInput): ApplianceInterface[] {
  const { interfaces, uplink, pair } = input;
  const inside = interfaces.map(({ device, mac, address, cidr, virtualAddress }): ApplianceInterface => {
    const prefix = prefixOf(cidr);
    const virtualAddresses = virtualAddress === null ? [] : [`${virtualAddress}/${prefix}`];
    return {
      name: interfaceName(device),
      mac,
      addresses: [`${address}/${prefix}`],
      virtualAddresses,
      mtu: null,
    };
  });
  if (uplink === null) return inside;
  const publicAddresses = uplink.publicAddresses.map((address) => `${address}/32`);
  const own = `${uplink.address}/${prefixOf(uplink.cidr)}`;
  return [
    ...inside,
    {
      name: UPLINK,
      mac: uplink.mac,
      addresses: pair === null ? [own, ...publicAddresses] : [own],
      virtualAddresses: pair === null ? [] : publicAddresses,
      mtu: null,
    },
  ];
}

export const applianceRoutes = ({ uplink }: ApplianceInput): ApplianceRoute[] =>
  uplink === null ? [] : [{ to: '0.0.0.0/0', via: uplink.gateway, interface: UPLINK }];

export const zoneInterface = (input: ApplianceInput, zone: string): string | undefined => {
  const found = input.interfaces.find((candidate) => candidate.zone === zone);
  return found && interfaceName(found.device);
};

/** Of a VNet or of the internet; undefined: the appliance is not there. */
export function interfaceOfZone(input: ApplianceInput, zone: string): string | undefined {
  if (zone === INTERNET) return input.uplink === null ? undefined : UPLINK;
  return zoneInterface(input, zone);
}

/** Every address that is the appliance's, shared ones too. */
export const ownAddresses = ({ interfaces, uplink }: ApplianceInput): string[] => [
  ...interfaces.flatMap(({ address, virtualAddress }) =>
    virtualAddress === null ? [address] : [address, virtualAddress],
  ),
  ...(uplink === null ? [] : [uplink.address, ...uplink.publicAddresses]),
];
