/** A firewall in Fujitsu's form: policies by direction, one rule of address translation an address. */
import { DomainError } from '../../../errors.js';
import type { FirewallTemplate } from '../../../efm/firewall/schema.js';
import type { PointerPath } from '../../pointer.js';
import type { FormSegments } from './form-segments.js';
import { INTERNET_ZONE, LAST_POLICY_ID, MOST_POLICIES, OUTER_SEGMENT } from './form-words.js';
import { startsItself } from './export-servers.js';
import { group, listOf, textElement, whenGiven, type ExportNotes, type WrittenXml } from './written-form.js';

type Config = NonNullable<FirewallTemplate['config']>;
type Rule = NonNullable<Config['rules']>[number];

export interface FirewallParts {
  readonly segments: FormSegments;
  readonly notes: ExportNotes;
  /** Names that rules may refer to: what is not written cannot be named. */
  readonly members: ReadonlySet<string>;
  /** Load balancers by the public address that leads to them. */
  readonly balancers: ReadonlyMap<string, string>;
}

const isAddress = (peer: string): boolean => /^[0-9]/.test(peer);

export function writtenFirewall(name: string, firewall: FirewallTemplate, parts: FirewallParts): WrittenXml {
  const { notes } = parts;
  const path = ['efms', name];
  const { config = {} } = firewall;
  notes.leftOver(path, firewall, ['kind', 'config', 'power']);
  notes.leftOver([...path, 'config'], config, [
    'rules',
    'logDenied',
    'sourceNat',
    'staticNat',
    'portForwards',
    'dns',
  ]);
  return group(
    'efm',
    textElement('efmType', 'FW'),
    textElement('efmName', name),
    textElement('autoStart', startsItself(firewall.power, [...path, 'power'], notes)),
    writtenDns(config.dns, [...path, 'config', 'dns'], notes),
    listOf('policies', writtenPolicies(config.rules ?? [], [...path, 'config', 'rules'], parts)),
    listOf('nat', writtenNat(config, [...path, 'config'], parts)),
    whenGiven('defaultLog', config.logDenied === undefined ? undefined : onOff(config.logDenied)),
  );
}

/** An open parameter stays what it is. */
const onOff = (value: boolean | string): string => (typeof value === 'string' ? value : value ? 'On' : 'Off');

function writtenDns(dns: Config['dns'], path: PointerPath, notes: ExportNotes): readonly WrittenXml[] {
  if (dns === undefined) return [];
  notes.leftOver(path, dns, ['forwarders']);
  const [primary, secondary, ...more] = dns.forwarders ?? [];
  if (more.length > 0) notes.add([...path, 'forwarders'], 'Only the first two are kept.');
  return [
    group(
      'dns',
      textElement('type', primary === undefined ? 'AUTO' : 'MANUAL'),
      whenGiven('primary', primary),
      whenGiven('secondary', secondary),
    ),
  ];
}

function writtenPolicies(
  rules: readonly Rule[],
  path: PointerPath,
  parts: FirewallParts,
): readonly WrittenXml[] {
  const numbers = new Map<string, number>();
  return rules.flatMap((rule, index) => {
    const from = parts.segments.zone(rule.from);
    const to = parts.segments.zone(rule.to);
    const peers = peersOf(rule, [...path, index], parts);
    if (peers === undefined) return [];
    const number = (numbers.get(`${from} ${to}`) ?? 0) + 1;
    numbers.set(`${from} ${to}`, number);
    if (number > LAST_POLICY_ID) throw tooMany(from, to);
    if (number === MOST_POLICIES + 1)
      parts.notes.add(
        [...path, index],
        `Fujitsu’s product takes ${MOST_POLICIES} rules from ${from} to ${to}.`,
      );
    if (from === INTERNET_ZONE && to !== OUTER_SEGMENT)
      parts.notes.add([...path, index], `Fujitsu’s product lets the internet reach ${OUTER_SEGMENT} only.`);
    parts.notes.leftOver([...path, index], rule, [
      'from',
      'to',
      'protocol',
      'ports',
      'sources',
      'destinations',
      'action',
      'log',
    ]);
    return [policyElement(rule, { from, to, id: String(number).padStart(3, '0'), ...peers })];
  });
}

const tooMany = (from: string, to: string): DomainError =>
  new DomainError(
    'conflict',
    `Fujitsu’s form numbers at most ${LAST_POLICY_ID} rules from ${from} to ${to}.`,
    {
      retry: 'never',
      remedy: 'Export it as it is stored, as YAML.',
    },
  );

interface Peers {
  readonly src: string;
  readonly dst: string;
}

/** Undefined: what it names is not in the form. A rule for less than it says would be another rule. */
function peersOf(rule: Rule, path: PointerPath, { members, notes }: FirewallParts): Peers | undefined {
  const lost = [...(rule.sources ?? []), ...(rule.destinations ?? [])].find(
    (peer) => !isAddress(peer) && !members.has(peer),
  );
  if (lost === undefined) return { src: peersText(rule.sources), dst: peersText(rule.destinations) };
  notes.add(path, `It is left out with ${lost}.`);
  return undefined;
}

const peersText = (peers: Rule['sources']): string =>
  peers?.map((peer) => (isAddress(peer) ? peer.replace(/\/32$/, '') : `server:${peer}`)).join(',') ?? 'any';

function policyElement(
  rule: Rule,
  { from, to, id, src, dst }: Peers & Readonly<Record<'from' | 'to' | 'id', string>>,
): WrittenXml {
  return group(
    'policy',
    textElement('from', from),
    textElement('to', to),
    textElement('id', id),
    textElement(
      'action',
      rule.action === 'deny'
        ? 'Deny'
        : rule.action === undefined || rule.action === 'accept'
          ? 'Accept'
          : rule.action,
    ),
    rule.protocol === 'any' ? [] : textElement('protocol', rule.protocol),
    textElement('src', src),
    textElement('srcType', 'IP'),
    textElement('srcPort', 'any'),
    textElement('dst', dst),
    textElement('dstType', 'IP'),
    textElement('dstPort', rule.ports?.join(',') ?? 'any'),
    textElement('dstService', 'NONE'),
    textElement('log', onOff(rule.log ?? false)),
  );
}

function writtenNat(config: Config, path: PointerPath, parts: FirewallParts): readonly WrittenXml[] {
  const { notes } = parts;
  const { sourceNat } = config;
  if (sourceNat !== undefined) notes.leftOver([...path, 'sourceNat'], sourceNat, ['publicIp']);
  const targets = new Map<string, string>(parts.balancers);
  for (const [index, { publicIp, server }] of (config.staticNat ?? []).entries())
    addTarget(targets, publicIp, server, [...path, 'staticNat', index], parts);
  for (const [publicIp, ways] of Map.groupBy(
    [...(config.portForwards ?? []).entries()],
    ([, way]) => way.publicIp,
  ))
    addForwards(targets, publicIp, ways, path, parts);
  const source = sourceNat?.publicIp;
  const addresses = [...targets.keys(), ...(source === undefined || targets.has(source) ? [] : [source])];
  return addresses.map((publicIp) =>
    group(
      'rule',
      textElement('publicIpRef', publicIp),
      whenGiven('target', targets.get(publicIp)),
      textElement('snapt', publicIp === source),
    ),
  );
}

type Forward = readonly [number, NonNullable<Config['portForwards']>[number]];

/** An address leads to one server with all its ports; forwards that the same rules let in become that. */
function addForwards(
  targets: Map<string, string>,
  publicIp: string,
  ways: readonly Forward[],
  path: PointerPath,
  parts: FirewallParts,
): void {
  const [first] = ways;
  const isWhole = ways.every(
    ([, way]) => way.server === first?.[1].server && (way.toPort ?? way.port) === way.port,
  );
  for (const [index, { server }] of ways) {
    const at = [...path, 'portForwards', index];
    if (!isWhole || (targets.has(publicIp) && targets.get(publicIp) !== server)) {
      parts.notes.add(at, 'An address leads to one server with the ports as they are: it is left out.');
      continue;
    }
    parts.notes.add(
      at,
      'The address leads to the server with all ports; the policies decide which are let in.',
    );
    if (!targets.has(publicIp)) addTarget(targets, publicIp, server, at, parts);
  }
}

function addTarget(
  targets: Map<string, string>,
  publicIp: string,
  server: string,
  path: PointerPath,
  { members, notes }: FirewallParts,
): void {
  if (members.has(server) && !targets.has(publicIp)) targets.set(publicIp, server);
  else notes.add(path, 'It is left out.');
}
