/**
 * A firewall in the terms of nftables.
 *
 *   internet ─uplink─┐        prerouting: public address and port → server        (DNAT)
 *   vnet 0 ─── eth0 ─┤ fw     forward:    rules in order, then denied
 *   vnet 1 ─── eth1 ─┘        postrouting: to the internet behind a public address (SNAT)
 */
import { Address4 } from 'ip-address';
import { INTERNET, type FirewallInput, type FirewallRuleInput, type PortRange } from '@openvsys/vsys';

/** The appliance names its interfaces by device number; the one to the internet has no VNet. */
export const UPLINK = 'uplink';
export const interfaceName = (device: number): string => `eth${device}`;

export interface NftRule {
  readonly inInterface: string;
  readonly outInterface: string;
  readonly sources: readonly string[] | null;
  readonly destinations: readonly string[] | null;
  readonly protocol: FirewallRuleInput['protocol'];
  readonly ports: readonly PortRange[];
  readonly verdict: 'accept' | 'drop';
  readonly logPrefix: string | null;
}

/** Sorted, without doubles, overlapping and touching ranges joined: nft refuses overlapping intervals in a set. */
export function joinedPorts(ports: readonly PortRange[]): PortRange[] {
  const joined: PortRange[] = [];
  for (const range of ports.toSorted((a, b) => a.first - b.first)) {
    const last = joined.at(-1);
    if (last && range.first <= last.last + 1) {
      joined[joined.length - 1] = { first: last.first, last: Math.max(last.last, range.last) };
    } else joined.push(range);
  }
  return joined;
}

/** Networks in their proper form, without those inside another: nft refuses overlapping intervals in a set. */
export function joinedNetworks(peers: readonly string[]): string[] {
  const networks = [...new Set(peers.map(networkForm))].map((text) => new Address4(text));
  return networks
    .filter((inner) => !networks.some((outer) => outer !== inner && inner.isInSubnet(outer)))
    .map((network) => network.address);
}

function networkForm(peer: string): string {
  const parsed = new Address4(peer);
  if (parsed.subnetMask === 32) return parsed.correctForm();
  return `${parsed.startAddress().correctForm()}/${parsed.subnetMask}`;
}

/** Rules whose peers are roles without a server fit nothing and are left out. */
export function nftRules(input: FirewallInput): NftRule[] {
  const interfaces = new Map(input.interfaces.map(({ zone, device }) => [zone, interfaceName(device)]));
  interfaces.set(INTERNET, UPLINK);
  return input.rules.flatMap((rule, index) => {
    const inInterface = interfaces.get(rule.from);
    const outInterface = interfaces.get(rule.to);
    if (inInterface === undefined || outInterface === undefined) return [];
    if (rule.sources?.length === 0 || rule.destinations?.length === 0) return [];
    return [
      {
        inInterface,
        outInterface,
        sources: rule.sources && joinedNetworks(rule.sources),
        destinations: rule.destinations && joinedNetworks(rule.destinations),
        protocol: rule.protocol,
        ports: joinedPorts(rule.ports),
        verdict: rule.action === 'accept' ? 'accept' : 'drop',
        logPrefix: rule.log ? `openvsys rule ${index + 1} ` : null,
      } as const,
    ];
  });
}
