/**
 * Rules of a firewall as policies of this protocol, and back. A policy becomes one rule, or one for TCP and one for UDP; its id is
 * kept in the names of its rules, so that what was written is read again as it was. Rules that came another way are shown with
 * ids that are free in their direction.
 *
 *   policy 35443 ──► rule `p35443`;  of both protocols ──► `p35443-tcp`, `p35443-udp`;  of a service ──► `p45053-dns-1` …
 */
import { NO_SERVICE, SERVICES, type FirewallRuleConfig } from '@openvsys/vsys';
import { directionPrefix, INTERNET } from './firewall-zones.js';

export interface Policy {
  readonly from: string;
  readonly to: string;
  /** Three digits. */
  readonly id: string;
  readonly action: 'Accept' | 'Deny';
  readonly log: 'On' | 'Off';
  /** Empty when a service is chosen. */
  readonly protocol: '' | 'tcp' | 'udp' | 'tcp-udp' | 'icmp' | 'any';
  /** `any`, or networks and addresses. */
  readonly src: readonly string[] | 'any';
  readonly dst: readonly string[] | 'any';
  /** `any`, or numbers and ranges. */
  readonly dstPort: readonly string[] | 'any';
  readonly srcPort: readonly string[] | 'any';
  readonly dstService: string;
}

/** What names in rules mean, and which public address leads where. */
export interface PolicyContext {
  /** Addresses of a server, role or appliance in a zone. */
  addressesOf(zone: string, name: string): readonly string[];
  /** The public address that leads to a server, by the server's name; undefined: none. */
  publicAddressOf(server: string): string | undefined;
  /** The server that a public address leads to; undefined: none. */
  serverBehind(address: string): string | undefined;
}

const NAME = /^p\d{2}(\d{3})(?:-([a-z]+)(?:-\d)?)?$/;
const SERVICE_OF = new Map(Object.keys(SERVICES).map((name) => [name.toLowerCase(), name]));

export function policiesOf(rules: readonly FirewallRuleConfig[], context: PolicyContext): readonly Policy[] {
  const written = rules.map((rule) => ({ rule, parts: NAME.exec(rule.name ?? '') }));
  const groups = Map.groupBy(written, ({ rule, parts }, index) =>
    parts === null ? `${index}` : `${rule.from} ${rule.to} ${parts[1]}`,
  );
  const used = new Map<string, Set<string>>();
  for (const { rule, parts } of written) if (parts?.[1] !== undefined) idsIn(used, rule).add(parts[1]);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const id = first.parts?.[1] ?? freeId(idsIn(used, first.rule));
    const protocols = new Set(group.map(({ rule }) => rule.protocol));
    return [
      policyOf(first.rule, { id, service: SERVICE_OF.get(first.parts?.[2] ?? ''), protocols }, context),
    ];
  });
}

function idsIn(used: Map<string, Set<string>>, { from, to }: FirewallRuleConfig): Set<string> {
  const direction = `${from} ${to}`;
  const ids = used.get(direction) ?? new Set();
  used.set(direction, ids);
  return ids;
}

function freeId(used: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const id = String(number).padStart(3, '0');
    if (used.has(id)) continue;
    used.add(id);
    return id;
  }
}

interface Group {
  readonly id: string;
  readonly service: string | undefined;
  readonly protocols: ReadonlySet<FirewallRuleConfig['protocol']>;
}

function policyOf(
  rule: FirewallRuleConfig,
  { id, service, protocols }: Group,
  context: PolicyContext,
): Policy {
  const { from, to, action, log, protocol, ports } = rule;
  return {
    from,
    to,
    id,
    action: action === 'accept' ? 'Accept' : 'Deny',
    log: log ? 'On' : 'Off',
    protocol: service !== undefined ? '' : protocols.size > 1 ? 'tcp-udp' : protocol,
    src: shownPeers(from, rule.sources, context),
    dst:
      from === INTERNET
        ? publicPeers(to, rule.destinations, context)
        : shownPeers(to, rule.destinations, context),
    dstPort: service !== undefined || ports.length === 0 ? 'any' : ports.map(String),
    srcPort: rule.sourcePorts?.map(String) ?? 'any',
    dstService: service ?? NO_SERVICE,
  };
}

const isAddress = (peer: string): boolean => /^[0-9]/.test(peer);
const shown = (peer: string): string => peer.replace(/\/32$/, '');

function shownPeers(zone: string, peers: readonly string[] | null, context: PolicyContext): Policy['src'] {
  if (peers === null) return 'any';
  return peers.flatMap((peer) => (isAddress(peer) ? [shown(peer)] : context.addressesOf(zone, peer)));
}

/** What comes from outside is written against the public address. */
function publicPeers(zone: string, peers: readonly string[] | null, context: PolicyContext): Policy['dst'] {
  if (peers === null) return 'any';
  return peers.flatMap((peer) => {
    const address = isAddress(peer) ? undefined : context.publicAddressOf(peer);
    return address === undefined ? shownPeers(zone, [peer], context) : [address];
  });
}

/** The rules that a policy becomes. */
export function rulesOfPolicy(policy: Policy, context: PolicyContext): readonly FirewallRuleConfig[] {
  const { from, to, id } = policy;
  const stem = `p${directionPrefix(from, to)}${id}`;
  const common = {
    from,
    to,
    sources: writtenPeers(policy.src),
    destinations: from === INTERNET ? behind(policy.dst, context) : writtenPeers(policy.dst),
    action: policy.action === 'Accept' ? ('accept' as const) : ('deny' as const),
    log: policy.log === 'On',
  };
  return waysOf(policy).map(({ suffix, protocol, ports }) => ({
    ...common,
    name: `${stem}${suffix}`,
    protocol,
    ports,
    ...(policy.srcPort === 'any' || protocol === 'icmp' || protocol === 'any'
      ? {}
      : { sourcePorts: policy.srcPort.map(portOf) }),
  }));
}

interface Way {
  readonly suffix: string;
  readonly protocol: FirewallRuleConfig['protocol'];
  readonly ports: FirewallRuleConfig['ports'];
}

function waysOf({ protocol, dstService, dstPort }: Policy): readonly Way[] {
  const service = SERVICES[dstService];
  if (service !== undefined) {
    const name = dstService.toLowerCase();
    return service.map((way, index) => ({ ...way, suffix: `-${name}-${index + 1}` }));
  }
  const ports = dstPort === 'any' ? [] : dstPort.map(portOf);
  if (protocol === 'tcp-udp')
    return (['tcp', 'udp'] as const).map((each) => ({ suffix: `-${each}`, protocol: each, ports }));
  const single = protocol === '' ? 'any' : protocol;
  return [{ suffix: '', protocol: single, ports: single === 'icmp' || single === 'any' ? [] : ports }];
}

const portOf = (port: string): number | string => (port.includes('-') ? port : Number(port));

const network = (address: string): string => (address.includes('/') ? address : `${address}/32`);
const writtenPeers = (peers: Policy['src']): readonly string[] | null =>
  peers === 'any' ? null : peers.map(network);

/** Where the public address leads to; an address that leads nowhere stays as it is, and lets nothing through. */
function behind(peers: Policy['dst'], context: PolicyContext): readonly string[] | null {
  return peers === 'any' ? null : peers.map((peer) => context.serverBehind(peer) ?? network(peer));
}

/** The same rules after the ways of public addresses changed. */
export function rulesAfterNat(
  rules: readonly FirewallRuleConfig[],
  before: PolicyContext,
  after: PolicyContext,
): readonly FirewallRuleConfig[] {
  return rules.map((rule) => {
    if (rule.from !== INTERNET || rule.destinations === null || !NAME.test(rule.name ?? '')) return rule;
    const destinations = rule.destinations.map((peer) => {
      const address = isAddress(peer) ? shown(peer) : before.publicAddressOf(peer);
      return address === undefined ? peer : (after.serverBehind(address) ?? network(address));
    });
    return { ...rule, destinations };
  });
}
