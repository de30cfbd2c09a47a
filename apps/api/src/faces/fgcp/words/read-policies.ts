/** Policies of a request: an XML document with directions, all of it looked at before anything changes. */
import { childrenNamed, findChild, findText, type XmlElement } from '../../../http/xml/xml-element.js';
import { FgcpError, wrongValue } from '../protocol/fgcp-error.js';
import { directionPrefix, findZone, MOST_POLICIES } from './firewall-zones.js';
import type { Policy } from './policy-rules.js';
import { NO_SERVICE, SERVICES } from '@openvsys/vsys';

export interface WantedPolicies {
  readonly policies: readonly Policy[];
  /** Of what no policy accepts; undefined: as it is. */
  readonly log: Policy['log'] | undefined;
}

export interface Place {
  readonly system: string;
  /** Names of the segments. */
  readonly nets: readonly string[];
}

/** `block`: `firewall_policy`. Throws VALIDATION_ERROR, UNSUPPORT_ERROR for what this firewall cannot tell apart. */
export function readPolicies(block: XmlElement, place: Place): WantedPolicies {
  const directions = childrenNamed(findChild(block, 'directions') ?? block, 'direction');
  const policies = directions.filter((each) => !isDefault(each)).flatMap((each) => directionOf(each, place));
  const [log] = directions.filter(isDefault).flatMap((each) => policiesIn(each).map(logOf));
  const sorted = policies.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const twice = sorted.find(
    (policy, index) => index > 0 && keyOf(policy) === keyOf(sorted[index - 1] ?? policy),
  );
  if (twice !== undefined) throw wrongValue('id');
  return { policies: sorted, log };
}

/** The one that says whether what no policy accepts is logged. */
const isDefault = (direction: XmlElement): boolean =>
  findText(direction, 'from') === undefined && findText(direction, 'to') === undefined;

/** In a direction the lower id decides first. */
const keyOf = ({ from, to, id }: Policy): string => `${from} ${to} ${id}`;

const policiesIn = (direction: XmlElement): readonly XmlElement[] =>
  childrenNamed(findChild(direction, 'policies') ?? direction, 'policy');

function directionOf(direction: XmlElement, { system, nets }: Place): readonly Policy[] {
  const zone = (name: string): string => {
    const found = findZone(system, findText(direction, name) ?? '', nets);
    if (found === undefined) throw wrongValue(name);
    return found;
  };
  const from = zone('from');
  const to = zone('to');
  if (directionPrefix(from, to) === 0) throw wrongValue('from', 'to');
  const policies = policiesIn(direction);
  if (policies.length > MOST_POLICIES) throw wrongValue('policies');
  return policies.map((policy) => policyOf(policy, from, to));
}

const PROTOCOLS = ['tcp', 'udp', 'tcp-udp', 'icmp', 'any'] as const;

function policyOf(policy: XmlElement, from: string, to: string): Policy {
  const service = findText(policy, 'dstService') ?? NO_SERVICE;
  if (service !== NO_SERVICE && !Object.hasOwn(SERVICES, service)) throw wrongValue('dstService');
  const protocol = service === NO_SERVICE ? oneOf(policy, 'protocol', PROTOCOLS) : '';
  requirePlain(policy);
  return {
    from,
    to,
    id: idOf(policy),
    action: oneOf(policy, 'action', ['Accept', 'Deny']),
    log: logOf(policy),
    protocol,
    src: peersIn(policy, 'src'),
    dst: peersIn(policy, 'dst'),
    dstPort: portsIn(policy, 'dstPort'),
    srcPort: portsIn(policy, 'srcPort'),
    dstService: service,
  };
}

/** Names as sources and targets are things that this firewall does not look at. */
function requirePlain(policy: XmlElement): void {
  for (const type of ['srcType', 'dstType']) {
    const value = findText(policy, type) ?? 'IP';
    if (value === 'FQDN' || value === 'FQDNF')
      throw new FgcpError('UNSUPPORT_ERROR', `Names cannot be used in policies. [${type}]`);
    if (value !== 'IP') throw wrongValue(type);
  }
}

/** Three digits; five, with those of the direction before them, as answers have them. */
function idOf(policy: XmlElement): string {
  const [, id] = /^(?:\d\d)?(\d{3})$/.exec(findText(policy, 'id') ?? '') ?? [];
  if (id === undefined || id === '000') throw wrongValue('id');
  return id;
}

const logOf = (policy: XmlElement): Policy['log'] =>
  findText(policy, 'log') === undefined ? 'Off' : oneOf(policy, 'log', ['On', 'Off']);

function oneOf<Choice extends string>(element: XmlElement, name: string, choices: readonly Choice[]): Choice {
  const text = findText(element, name);
  const choice = choices.find((each) => each === text);
  if (choice === undefined) throw wrongValue(name);
  return choice;
}

const ADDRESS =
  /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\/(?:[0-9]|[12]\d|3[0-2]))?$/;

function peersIn(policy: XmlElement, name: string): Policy['src'] {
  const text = findText(policy, name) ?? 'any';
  if (text === 'any') return 'any';
  const peers = text.split(',').map((peer) => peer.trim());
  if (!peers.every((peer) => ADDRESS.test(peer))) throw wrongValue(name);
  return peers;
}

const PORT = /^(\d{1,5})(?:-(\d{1,5}))?$/;

function portsIn(policy: XmlElement, name: string): Policy['dstPort'] {
  const text = findText(policy, name) ?? 'any';
  if (text === 'any') return 'any';
  const ports = text.split(',').map((port) => port.trim());
  if (!ports.every(isPort)) throw wrongValue(name);
  return ports;
}

function isPort(text: string): boolean {
  const [, first, last = first] = PORT.exec(text) ?? [];
  return first !== undefined && Number(first) >= 1 && Number(last) <= 65_535 && Number(first) <= Number(last);
}
