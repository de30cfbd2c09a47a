/** What an installation decides about this face. */
import { BlockList, isIPv6 } from 'node:net';
import type { FgcpConfig } from '@openvsys/config';

export interface FgcpSettings {
  /** Whether signatures may be made with SHA-1, where the organization has not decided itself. */
  readonly sha1: 'accept' | 'refuse';
  /** `optional`: who shows no certificate is known by the signature alone. For networks that are safe by themselves. */
  readonly clientCertificates: 'required' | 'optional';
  /** How far the clocks of clients may be off, either way, ms. */
  readonly clockWindowMs: number;
  /** A proxy that ends TLS and says in a header which certificate the client showed; absent: none does. */
  readonly proxy?: TrustedProxy;
}

export interface TrustedProxy {
  /** Lower case. The proxy has to remove it from what clients send. */
  readonly header: string;
  /** True for addresses of the proxy: the header counts from nowhere else. */
  trusts(address: string): boolean;
}

/** As wide as the clocks of unattended machines; the protocol's own window is not known. */
export const DEFAULT_CLOCK_WINDOW_MS = 15 * 60_000;

export const DEFAULT_FGCP_SETTINGS: FgcpSettings = {
  sha1: 'accept',
  clientCertificates: 'required',
  clockWindowMs: DEFAULT_CLOCK_WINDOW_MS,
};

export function fgcpSettingsOf({ sha1, clientCertificates, clockWindowMs, proxy }: FgcpConfig): FgcpSettings {
  const common = { sha1, clientCertificates, clockWindowMs };
  return proxy === undefined ? common : { ...common, proxy: trustedProxy(proxy.header, proxy.networks) };
}

/** `networks`: addresses and CIDR networks. */
export function trustedProxy(header: string, networks: readonly string[]): TrustedProxy {
  const known = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(prefix), family);
  }
  return {
    header: header.toLowerCase(),
    trusts: (address) => {
      // A listener on all addresses sees IPv4 callers so.
      const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
      return plain !== '' && known.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
    },
  };
}
