/** What the firewall's DNS and DHCP know of the servers. */
import { interfacesOf, type AddressBook, type InputContext } from '../input-context.js';
import type { DnsConfig, FirewallConfig } from './config.js';

export interface DnsInput {
  readonly domain: string;
  /** Empty: those that the appliance itself was given. */
  readonly forwarders: readonly string[];
  /** Of servers and EFMs, all of their addresses, then those of the descriptor; without the domain. */
  readonly records: readonly { readonly name: string; readonly address: string }[];
}

export interface DhcpInput {
  readonly leaseSeconds: number;
  readonly networks: readonly {
    readonly zone: string;
    readonly hosts: readonly { readonly name: string; readonly mac: string; readonly address: string }[];
  }[];
}

export function dnsInput({ domain, forwarders, records }: DnsConfig, book: AddressBook): DnsInput {
  const servers = book.servers.flatMap(({ name }) =>
    interfacesOf(name, book).map(({ address }) => ({ name, address })),
  );
  return { domain, forwarders, records: [...servers, ...records] };
}

export function dhcpInput(
  { vnets, leaseSeconds }: NonNullable<FirewallConfig['dhcp']>,
  { book, interfaces }: InputContext,
): DhcpInput {
  const zones = interfaces.map(({ zone }) => zone).filter((zone) => vnets.includes(zone));
  const hosts = book.servers
    .filter(({ kind }) => kind === 'server')
    .flatMap(({ name }) => interfacesOf(name, book).map((nic) => ({ name, ...nic })));
  return {
    leaseSeconds,
    networks: zones.map((zone) => ({
      zone,
      hosts: hosts
        .filter((host) => host.zone === zone)
        .map(({ name, mac, address }) => ({ name, mac, address })),
    })),
  };
}
