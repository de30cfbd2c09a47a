/**
 * Policies of a firewall in Fujitsu's form as rules. A policy that cannot be carried over whole is left out: with less it would let
 * in more than it says.
 */
import { INTERNET } from '../../checks/internet.js';
import { textOf, type XmlSource } from '../xml-source.js';
import { listIn, refuse } from './form-reader.js';
import { INTERNET_ZONE, isSegment } from './form-words.js';
import type { ImportParts } from './import-servers.js';
import { NO_SERVICE, SERVICES } from './policy-services.js';

export interface PolicyParts extends ImportParts {
  /** What an address leads to, by its name in the form. */
  readonly behind: ReadonlyMap<string, string>;
}

interface Direction {
  readonly from: string;
  readonly to: string;
}

interface Numbered extends Direction {
  readonly id: string;
  readonly rules: readonly object[];
}

const ANY = 'any';
const KNOWN = [
  'from',
  'to',
  'id',
  'action',
  'protocol',
  'src',
  'srcType',
  'srcPort',
  'dst',
  'dstType',
  'dstPort',
  'dstService',
  'log',
];

export function importPolicies(firewall: XmlSource, place: string, parts: PolicyParts): readonly object[] {
  const found = listIn(firewall, place, 'policies', 'policy').flatMap(([policy, at]) =>
    importPolicy(policy, at, parts),
  );
  return inNumberOrder(found).flatMap(({ rules }) => rules);
}

const directionOf = ({ from, to }: Direction): string => `${from} ${to}`;

/** Numbers count inside a direction only: each direction keeps its places among the others. */
function inNumberOrder(policies: readonly Numbered[]): readonly Numbered[] {
  const sorted = new Map(
    [...Map.groupBy(policies, directionOf)].map(([key, own]) => [
      key,
      own.toSorted((a, b) => a.id.localeCompare(b.id)).values(),
    ]),
  );
  return policies.flatMap((policy) => sorted.get(directionOf(policy))?.next().value ?? []);
}

function importPolicy(policy: XmlSource, place: string, parts: PolicyParts): readonly Numbered[] {
  const { reader } = parts;
  reader.noteUnknown(policy, place, KNOWN);
  const id = reader.getText(policy, 'id', place);
  if (!/^[0-9]{3}$/.test(id)) return refuse(`${place}/id`, 'it has three digits');
  const action = reader.getText(policy, 'action', place);
  if (action !== 'Accept' && action !== 'Deny') return refuse(`${place}/action`, 'it is Accept or Deny');
  const lost = lostOf(policy);
  const from = zoneOf(policy, 'from');
  const to = zoneOf(policy, 'to');
  const sources = peersOf(policy, 'src', from, parts);
  const destinations = peersOf(policy, 'dst', to, parts);
  if (
    lost !== undefined ||
    from === undefined ||
    to === undefined ||
    sources === undefined ||
    destinations === undefined
  ) {
    const danger = action === 'Deny' ? ' What it denied, a later rule may let in.' : '';
    reader.note(place, `It is left out: ${lost ?? 'a place that it names is not known'}.${danger}`);
    return [];
  }
  const common = {
    from,
    to,
    ...(sources === ANY ? {} : { sources }),
    ...(destinations === ANY ? {} : { destinations }),
    ...(action === 'Deny' ? { action: 'deny' } : {}),
    ...(textOf(policy, 'log') === 'On' ? { log: true } : {}),
  };
  return [{ from, to, id, rules: waysOf(policy, place).map((way) => ({ ...common, ...way })) }];
}

function lostOf(policy: XmlSource): string | undefined {
  const port = textOf(policy, 'srcPort') ?? ANY;
  if (port !== ANY) return 'ports of the sender cannot be asked for';
  const type = ['srcType', 'dstType'].find((name) => (textOf(policy, name) ?? 'IP') !== 'IP');
  return type === undefined ? undefined : 'names of others are not looked up';
}

function zoneOf(policy: XmlSource, side: 'from' | 'to'): string | undefined {
  const zone = textOf(policy, side) ?? '';
  if (zone === INTERNET_ZONE) return INTERNET;
  return isSegment(zone) ? zone.toLowerCase() : undefined;
}

/** `any`: all of the zone. Undefined: one of them is not known. */
function peersOf(
  policy: XmlSource,
  side: 'src' | 'dst',
  zone: string | undefined,
  parts: PolicyParts,
): readonly string[] | typeof ANY | undefined {
  const text = textOf(policy, side) ?? ANY;
  if (text === ANY || text === `segment:${zone?.toUpperCase()}`) return ANY;
  const peers = text.split(',').map((peer) => peerOf(peer.trim(), parts));
  return peers.every((peer) => peer !== undefined) ? peers : undefined;
}

function peerOf(peer: string, { members, behind }: PolicyParts): string | undefined {
  if (/^[0-9]/.test(peer)) return peer.includes('/') ? peer : `${peer}/32`;
  if (peer.startsWith('ref:')) {
    const target = behind.get(peer.slice('ref:'.length));
    return target === undefined ? undefined : members.find(target);
  }
  return members.find(peer.replace(/^server:/, ''));
}

/** Protocols and ports; more than one for a service of several, or for two protocols. */
function waysOf(policy: XmlSource, place: string): readonly object[] {
  const service = textOf(policy, 'dstService') ?? NO_SERVICE;
  if (service !== NO_SERVICE)
    return SERVICES[service] ?? refuse(`${place}/dstService`, `“${service.slice(0, 40)}” is not known`);
  const text = textOf(policy, 'dstPort') ?? ANY;
  const ports = text === ANY ? [] : text.split(',').map((port) => portOf(port.trim(), place));
  const withPorts = ports.length === 0 ? {} : { ports };
  const protocol = textOf(policy, 'protocol') ?? ANY;
  if (protocol === 'tcp-udp') return ['tcp', 'udp'].map((each) => ({ protocol: each, ...withPorts }));
  return [{ protocol, ...(protocol === 'tcp' || protocol === 'udp' ? withPorts : {}) }];
}

function portOf(text: string, place: string): number | string {
  if (/^[0-9]{1,5}$/.test(text)) return Number(text);
  return /^[0-9]{1,5}-[0-9]{1,5}$/.test(text)
    ? text
    : refuse(`${place}/dstPort`, 'it is `any`, a port or a range');
}
