/** The ruleset of a firewall. */
import { CONNECTION_PORT, type FirewallInput } from '@openvsys/vsys';
import { inputChain, insideInterfaces } from '../appliance/protection.js';
import { joinedNetworks } from '../network.js';
import { quoted, setOf, type Chain, type Ruleset } from '../nftables/ruleset.js';
import { logPrefix, pairChain, pairChains } from './chains.js';
import { DENIED, SOURCE_NAT, SPOOFED, forwardName, staticNatName } from './counters.js';
import { isConnection, zonePairs, zonesOf, type Zone } from './model.js';
import { UPLINK } from '../appliance/interfaces.js';
import { TUNNEL } from './tunnel.js';
import { postroutingChain, preroutingChain } from './nat.js';

/** Denied packets that are logged in a second; a flood must not fill the disk. */
const LOGGED_PER_SECOND = 10;

export function firewallRuleset(input: FirewallInput): Ruleset {
  const pairs = zonePairs(input);
  return {
    title: `Firewall ${input.name}`,
    counters: counterNames(input),
    chains: [
      inputChain(input, services(input)),
      ...pairs.flatMap(pairChains),
      forwardChain(
        input,
        pairs.map(({ from, to }) => [from, to] as const),
      ),
      preroutingChain(input),
      postroutingChain(input),
    ],
  };
}

const counterNames = ({ portForwards, staticNat, sourceNat }: FirewallInput): string[] => [
  DENIED,
  SPOOFED,
  ...(sourceNat === null ? [] : [SOURCE_NAT]),
  ...portForwards.map((_, index) => forwardName(index)),
  ...staticNat.map((_, index) => staticNatName(index)),
];

function services(input: FirewallInput): string[] {
  const inside = insideInterfaces(input);
  // WireGuard answers nobody whose key it does not know.
  const tunnel =
    (input.connections ?? []).length === 0
      ? []
      : [`iifname ${quoted(UPLINK)} udp dport ${CONNECTION_PORT} accept`];
  if (inside.length === 0) return tunnel;
  return [
    ...tunnel,
    ...(input.dns === null ? [] : [`iifname ${setOf(inside)} meta l4proto { tcp, udp } th dport 53 accept`]),
    // A client without an address asks from 0.0.0.0 (RFC 2131).
    ...(input.dhcp === null ? [] : [`iifname ${setOf(inside)} udp dport 67 accept`]),
  ];
}

/** Nobody may send as somebody else, inside or outside. */
function spoofRules(zones: readonly Zone[]): string[] {
  const inside = zones.flatMap(({ networks }) => networks ?? []);
  const drop = `counter name ${quoted(SPOOFED)} drop`;
  const behindTunnel = zones.filter(isConnection).flatMap(({ networks }) => networks ?? []);
  const tunnel =
    behindTunnel.length === 0
      ? []
      : [`iifname ${quoted(TUNNEL)} ip saddr != ${setOf(joinedNetworks(behindTunnel))} ${drop}`];
  const others = zones.filter((zone) => !isConnection(zone));
  const rules = others.flatMap(({ interface: name, networks }) => {
    if (networks !== null) return [`iifname ${quoted(name)} ip saddr != ${setOf(networks)} ${drop}`];
    return inside.length === 0 ? [] : [`iifname ${quoted(name)} ip saddr ${setOf(inside)} ${drop}`];
  });
  return [...rules, ...tunnel];
}

/** Connections share an interface: which one it is says the address at the other end. */
function connectionJumps(pairs: readonly (readonly [Zone, Zone])[]): string[] {
  return pairs.flatMap(([from, to]) => {
    if (!isConnection(from) && !isConnection(to)) return [];
    const match = [
      `iifname ${quoted(from.interface)} oifname ${quoted(to.interface)}`,
      ...(isConnection(from) ? [`ip saddr ${setOf(from.networks ?? [])}`] : []),
      ...(isConnection(to) ? [`ip daddr ${setOf(to.networks ?? [])}`] : []),
    ];
    return [`${match.join(' ')} jump ${pairChain(from, to)}`];
  });
}

function forwardChain(input: FirewallInput, pairs: readonly (readonly [Zone, Zone])[]): Chain {
  const zones = zonesOf(input);
  const inside = zones.filter((zone) => zone.networks !== null && !isConnection(zone));
  const direct = pairs.filter((pair) => !pair.some(isConnection));
  const jumps = direct.map(
    ([from, to]) => `${quoted(from.interface)} . ${quoted(to.interface)} : jump ${pairChain(from, to)}`,
  );
  return {
    name: 'forward',
    hook: 'type filter hook forward priority filter; policy drop;',
    rules: [
      'ct state established,related accept',
      'ct state invalid drop',
      ...spoofRules(zones),
      ...inside.map(
        ({ interface: name }) => `iifname ${quoted(name)} oifname ${quoted(name)} ct status dnat accept`,
      ),
      ...connectionJumps(pairs),
      ...(jumps.length === 0 ? [] : [`iifname . oifname vmap { ${jumps.join(', ')} }`]),
      `counter name ${quoted(DENIED)}`,
      ...(input.logDenied ? [`limit rate ${LOGGED_PER_SECOND}/second ${logPrefix(DENIED)}`] : []),
    ],
  };
}
