/**
 * A firewall as the renderer and the reachability check see it.
 *
 *   internet ─uplink─┐        prerouting: public address (and port) → server     (port forwards, then static NAT)
 *   vnet 0 ─── eth0 ─┤ fw     forward:    known connections, spoofed ones, rules of the zone pair in order, denied
 *   vnet 1 ─── eth1 ─┘        postrouting: to the internet behind a public address (static NAT, then source NAT)
 */
import {
  INTERNET,
  type FirewallInput,
  type FirewallRuleInput,
  type PortRange,
  type RateLimit,
} from '@openvsys/vsys';
import { UPLINK, interfaceName } from '../appliance/interfaces.js';
import { TUNNEL } from './tunnel.js';
import { joined, joinedNetworks, networkRange, type Range } from '../network.js';

export interface Zone {
  /** VNet, connection or `internet`. */
  readonly name: string;
  /** Connections share one. */
  readonly interface: string;
  /** Part of the names of chains; unique. */
  readonly label: string;
  /** Addresses that its senders may have; `null`: all that are in no other zone. */
  readonly networks: readonly string[] | null;
}

export interface ModelRule {
  readonly id: string;
  /** In the configuration. */
  readonly index: number;
  readonly from: string;
  readonly to: string;
  readonly protocol: FirewallRuleInput['protocol'];
  /** Empty: all. */
  readonly ports: readonly PortRange[];
  /** That the connection comes from; empty: all. */
  readonly sourcePorts: readonly PortRange[];
  /** `null`: all. */
  readonly sources: readonly string[] | null;
  readonly destinations: readonly string[] | null;
  readonly verdict: 'accept' | 'drop';
  readonly rateLimit: RateLimit | null;
  readonly log: boolean;
}

export interface ZonePair {
  readonly from: Zone;
  readonly to: Zone;
  readonly rules: readonly ModelRule[];
}

/** Networks behind a zone count as of it: what is routed through another appliance there. */
export function zonesOf({ interfaces, routes, connections = [] }: FirewallInput): Zone[] {
  const inside = interfaces.map(({ zone, device, cidr }): Zone => ({
    name: zone,
    interface: interfaceName(device),
    label: interfaceName(device),
    networks: joinedNetworks([cidr, ...routes.filter((route) => route.zone === zone).map(({ to }) => to)]),
  }));
  const others = connections.map(({ zone, remote }): Zone => ({
    name: zone,
    interface: TUNNEL,
    label: `${TUNNEL}.${zone}`,
    networks: [remote],
  }));
  return [...inside, ...others, { name: INTERNET, interface: UPLINK, label: UPLINK, networks: null }];
}

export const isConnection = ({ interface: name }: Zone): boolean => name === TUNNEL;

/** Rules whose peers are roles without a server fit nothing and are left out. */
export function modelRules(input: FirewallInput): ModelRule[] {
  return input.rules.flatMap((rule, index) => {
    if (rule.sources?.length === 0 || rule.destinations?.length === 0) return [];
    return [
      {
        id: rule.id,
        index,
        from: rule.from,
        to: rule.to,
        protocol: rule.protocol,
        ports: joined(rule.ports),
        sourcePorts: joined(rule.sourcePorts ?? []),
        sources: rule.sources && joinedNetworks(rule.sources),
        destinations: rule.destinations && joinedNetworks(rule.destinations),
        verdict: rule.action === 'accept' ? 'accept' : 'drop',
        rateLimit: rule.rateLimit,
        log: rule.log,
      } as const,
    ];
  });
}

/** Pairs that have rules, in the order of the zones. */
export function zonePairs(input: FirewallInput): ZonePair[] {
  const zones = zonesOf(input);
  const byPair = Map.groupBy(modelRules(input), ({ from, to }) => `${from} ${to}`);
  return zones.flatMap((from) =>
    zones.flatMap((to) => {
      const rules = byPair.get(`${from.name} ${to.name}`) ?? [];
      return rules.length === 0 ? [] : [{ from, to, rules }];
    }),
  );
}

const EVERYTHING: readonly Range[] = [{ first: 0, last: 2 ** 32 - 1 }];
export const networkRanges = (networks: readonly string[] | null): readonly Range[] =>
  networks === null ? EVERYTHING : joined(networks.map(networkRange));
