/** The rules of a firewall with names resolved to addresses. */
import { pointerOf } from '../../spec/pointer.js';
import type { ApplianceInput } from '../appliance-input.js';
import type { DesignEfmBase } from '../design-efm.js';
import {
  addressFrom,
  addressesIn,
  isAddress,
  publicAddressOf,
  serversNamed,
  type InputContext,
} from '../input-context.js';
import type { DnsConfig, FirewallConfig, FirewallRuleConfig, RateLimit } from './config.js';
import { CONNECTION_KEY_FILE, connectionInputs, type ConnectionInput } from './connections-input.js';
import { dhcpInput, dnsInput, type DhcpInput, type DnsInput } from './names-input.js';
import { applianceForwards, vpnRoutes } from './neighbours.js';
import { ruleIds } from './rule-id.js';

export interface FirewallInput extends ApplianceInput<'firewall'> {
  readonly rules: readonly FirewallRuleInput[];
  readonly logDenied: boolean;
  readonly sourceNat: { readonly publicAddress: string; readonly networks: readonly string[] } | null;
  readonly staticNat: readonly StaticNatInput[];
  readonly portForwards: readonly PortForwardInput[];
  /** Networks behind another appliance in one of the VNets. */
  readonly routes: readonly RouteInput[];
  readonly dns: DnsInput | null;
  readonly dhcp: DhcpInput | null;
  /** To VNets of other systems; absent: none. */
  readonly connections?: readonly ConnectionInput[];
}

export interface FirewallRuleInput {
  /** Stays while the rule means the same, or has the same name; unique in the firewall: letters, digits and “-”. */
  readonly id: string;
  /** Zone: VNet name or `internet`. */
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'any';
  /** Empty: all. */
  readonly ports: readonly PortRange[];
  /** That the connection comes from; absent: all. */
  readonly sourcePorts?: readonly PortRange[];
  /** Networks and addresses; `null`: all of the zone; empty: none, because a role has no servers now. */
  readonly sources: readonly string[] | null;
  readonly destinations: readonly string[] | null;
  readonly action: 'accept' | 'deny';
  readonly rateLimit: RateLimit | null;
  readonly log: boolean;
}

/** Both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export interface PortForwardInput {
  /** Where in the descriptor it comes from, relative to the firewall, or what another EFM asks for. */
  readonly origin: string;
  readonly publicAddress: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly toAddress: string;
  readonly toPort: number;
}

export interface StaticNatInput {
  readonly origin: string;
  readonly publicAddress: string;
  readonly toAddress: string;
}

export interface RouteInput {
  readonly to: string;
  readonly via: string;
  readonly zone: string;
}

export type { ConnectionInput, DnsConfig, DhcpInput, DnsInput, RateLimit };

export function firewallInput(
  efm: DesignEfmBase<'firewall', FirewallConfig>,
  context: InputContext,
): FirewallInput {
  const { config } = efm;
  const { interfaces, book } = context;
  const ids = ruleIds(config.rules);
  const connections = connectionInputs(config, context);
  const privateKey = connections.length === 0 ? undefined : context.connections?.privateKey;
  return {
    kind: 'firewall',
    name: efm.name,
    interfaces,
    uplink: context.uplink,
    pair: context.pair,
    secrets: privateKey === undefined ? {} : { [CONNECTION_KEY_FILE]: `${privateKey}\n` },
    rules: config.rules.map((rule, index) => ruleInput(rule, ids[index] ?? '', context)),
    logDenied: config.logDenied,
    sourceNat: sourceNatInput(config, context),
    staticNat: staticNatInput(config, context),
    portForwards: [...explicitForwards(config, context), ...applianceForwards(context)],
    routes: vpnRoutes(context),
    dns: config.dns ? dnsInput(config.dns, book) : null,
    dhcp: config.dhcp ? dhcpInput(config.dhcp, context) : null,
    ...(connections.length === 0 ? {} : { connections }),
  };
}

function sourceNatInput({ sourceNat }: FirewallConfig, { book }: InputContext): FirewallInput['sourceNat'] {
  const address = sourceNat ? publicAddressOf(book, sourceNat.publicIp) : undefined;
  if (!sourceNat || address === undefined) return null;
  const networks = book.nets.filter(({ name }) => sourceNat.vnets.includes(name)).map(({ cidr }) => cidr);
  return { publicAddress: address, networks };
}

function ruleInput(rule: FirewallRuleConfig, id: string, context: InputContext): FirewallRuleInput {
  return {
    id,
    from: rule.from,
    to: rule.to,
    protocol: rule.protocol,
    ports: rule.ports.map(portRange),
    ...(rule.sourcePorts === undefined ? {} : { sourcePorts: rule.sourcePorts.map(portRange) }),
    sources: peersIn(rule.from, rule.sources, context),
    destinations: peersIn(rule.to, rule.destinations, context),
    action: rule.action,
    rateLimit: rule.rateLimit ?? null,
    log: rule.log,
  };
}

function portRange(text: number | string): PortRange {
  const [first = 0, last = first] = String(text).split('-').map(Number);
  return { first, last };
}

/** Names become the addresses that their servers have in the zone. */
function peersIn(zone: string, peers: readonly string[] | null, { book }: InputContext): string[] | null {
  if (peers === null) return null;
  return [...new Set(peers.flatMap((peer) => (isAddress(peer) ? [peer] : addressesIn(zone, peer, book))))];
}

function targetOf(name: string, { book, interfaces }: InputContext): string | undefined {
  const target = serversNamed(book, name)[0];
  return target && addressFrom(interfaces, target, book);
}

function explicitForwards({ portForwards }: FirewallConfig, context: InputContext): PortForwardInput[] {
  return portForwards.flatMap(({ publicIp, protocol, port, server, toPort }, index) => {
    const toAddress = targetOf(server, context);
    const address = publicAddressOf(context.book, publicIp);
    if (toAddress === undefined || address === undefined) return [];
    const origin = pointerOf('config', 'portForwards', index);
    return [{ origin, publicAddress: address, protocol, port, toAddress, toPort }];
  });
}

function staticNatInput({ staticNat = [] }: FirewallConfig, context: InputContext): StaticNatInput[] {
  return staticNat.flatMap(({ publicIp, server }, index) => {
    const toAddress = targetOf(server, context);
    const publicAddress = publicAddressOf(context.book, publicIp);
    if (toAddress === undefined || publicAddress === undefined) return [];
    return [{ origin: pointerOf('config', 'staticNat', index), publicAddress, toAddress }];
  });
}
