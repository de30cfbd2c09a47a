/** Names of a design looked up in the addresses of a spec: what all kinds need to make their renderer's input. */
import type { PublicEntry } from './efm-definition.js';
import type { EfmDesign } from './registry.js';
import type { SystemConnections } from './firewall/connections-input.js';
import type { ModuleInterface, PairInput, UplinkInput } from './appliance-input.js';
import { sharedIpv4 } from '../spec/any-address.js';
import { EXTERNAL_NET, type NicSpec, type VServerSpec, type VsysSpec } from '../spec/vsys-spec.js';

/** The parts of a spec that rules refer to; guest data and hashes come later. */
export interface AddressBook {
  readonly nets: VsysSpec['nets'];
  readonly servers: readonly Pick<VServerSpec, 'id' | 'name' | 'role' | 'kind' | 'nics'>[];
  readonly publicIps: VsysSpec['publicIps'];
  /** Of the zone: where appliances have their way out. */
  readonly applianceNet: { readonly cidr: string; readonly gateway: string };
}

type BookServer = AddressBook['servers'][number];

export interface InputContext {
  readonly book: AddressBook;
  /** All of the VSYS. */
  readonly efms: readonly EfmDesign[];
  /** Ports of other EFMs that are reached under public addresses. */
  readonly entries: readonly (PublicEntry & { readonly efm: string })[];
  /** Name of the appliance. */
  readonly appliance: string;
  readonly interfaces: readonly ModuleInterface[];
  readonly uplink: UplinkInput | null;
  readonly pair: PairInput | null;
  /** To other systems; absent: none. */
  readonly connections?: SystemConnections;
}

export const isAddress = (peer: string): boolean => /^[0-9]/.test(peer);

export const serversNamed = ({ servers }: AddressBook, name: string): readonly BookServer[] =>
  servers.filter((server) => server.name === name || server.role === name);

export const publicAddressOf = ({ publicIps }: AddressBook, name: string | null): string | undefined =>
  publicIps.find((ip) => ip.name === name)?.address;

export function interfacesOf(appliance: string, book: AddressBook): ModuleInterface[] {
  const server = book.servers.find(({ name }) => name === appliance);
  return (server?.nics ?? []).flatMap((nic) => {
    const { device, mac, net, ipv4 } = nic;
    const { name: zone, cidr } = book.nets.find(({ id }) => id === net) ?? {};
    if (zone === undefined || cidr === undefined) return [];
    return [{ zone, device, mac, address: ipv4, cidr, virtualAddress: sharedIpv4(nic) ?? null }];
  });
}

export function uplinkOf(appliance: string, book: AddressBook): UplinkInput | null {
  const server = book.servers.find(({ name }) => name === appliance);
  const nic = server?.nics.find(({ net }) => net === EXTERNAL_NET);
  if (!nic) return null;
  const { device, mac, ipv4, alsoIpv4 = [] } = nic;
  const { cidr, gateway } = book.applianceNet;
  return { device, mac, address: ipv4, cidr, gateway, publicAddresses: alsoIpv4 };
}

/** Of an appliance of a pair the address that both share. */
const knownAs = ({ kind }: Pick<BookServer, 'kind'>, nic: NicSpec): string =>
  kind === 'server' ? nic.ipv4 : (sharedIpv4(nic) ?? nic.ipv4);

/** The addresses under which a server, role or EFM is known in a VNet: of a pair the virtual one. */
export function addressesIn(zone: string, name: string, book: AddressBook): string[] {
  const net = book.nets.find((candidate) => candidate.name === zone);
  const found = serversNamed(book, name).flatMap((server) =>
    server.nics.filter((nic) => nic.net === net?.id).map((nic) => knownAs(server, nic)),
  );
  return [...new Set(found)];
}

/** Under which the interfaces reach a server: its address in the first VNet that both have. */
export function addressFrom(
  interfaces: readonly Pick<ModuleInterface, 'zone'>[],
  server: Pick<BookServer, 'kind' | 'nics'>,
  book: AddressBook,
): string | undefined {
  const zones = new Set(interfaces.map(({ zone }) => zone));
  const names = new Map<string, string>(book.nets.map(({ id, name }) => [id, name]));
  const nic = server.nics.find(({ net }) => zones.has(names.get(net) ?? ''));
  return nic && knownAs(server, nic);
}
