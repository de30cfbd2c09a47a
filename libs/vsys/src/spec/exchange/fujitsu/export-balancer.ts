/** Load balancers in Fujitsu's form: a listener is a group, two with one number and the same wishes are one of http+https. */
import type { LoadBalancerTemplate } from '../../../efm/load-balancer/schema.js';
import type { PointerPath } from '../../pointer.js';
import { BALANCES, BY_ADDRESS, BY_CONNECTION, GROUP_DEFAULTS, LISTENER_NAME } from './form-words.js';
import { extraNics, startsItself, type FormParts } from './export-servers.js';
import {
  group,
  listOf,
  textElement,
  whenGiven,
  type ExportNotes,
  type FormValue,
  type WrittenXml,
} from './written-form.js';

type Listener = LoadBalancerTemplate['config']['listeners'][number];

const CARRIED = [
  'name',
  'protocol',
  'port',
  'publicIp',
  'members',
  'memberPort',
  'balance',
  'persistence',
  'maxConnections',
  'healthCheck',
];
/** What a load balancer does without a word about it. */
const OUR_CHECK = { intervalSeconds: 5, timeoutSeconds: 3, fall: 3 } as const;
const OUR_CONNECTIONS = 10_000;
const OUR_RETENTION = 1_800;

export function writtenBalancer(name: string, balancer: LoadBalancerTemplate, parts: FormParts): WrittenXml {
  const { notes, segments } = parts;
  const path = ['efms', name];
  notes.leftOver(path, balancer, ['kind', 'config', 'power', 'nics']);
  notes.leftOver([...path, 'config'], balancer.config, ['listeners']);
  return group(
    'efm',
    textElement('efmType', 'SLB'),
    textElement('efmName', name),
    textElement('segment', segments.of(balancer.nics[0]?.vnet ?? '')),
    listOf('extraNics', extraNics(path, balancer.nics, parts)),
    textElement('autoStart', startsItself(balancer.power, [...path, 'power'], notes)),
    listOf('groups', writtenGroups(balancer.config.listeners, [...path, 'config', 'listeners'], notes)),
  );
}

interface Numbered {
  readonly listener: Listener;
  readonly id: string;
  readonly path: PointerPath;
}

function writtenGroups(
  listeners: readonly Listener[],
  path: PointerPath,
  notes: ExportNotes,
): readonly WrittenXml[] {
  const used = new Set(listeners.flatMap(({ name }) => LISTENER_NAME.exec(name)?.[1] ?? []));
  const numbered = listeners.map((listener, index): Numbered => {
    const at = [...path, index];
    const own = LISTENER_NAME.exec(listener.name)?.[1];
    const id = own ?? freeNumber(used);
    if (own === undefined) notes.add([...at, 'name'], `It is group ${id}.`);
    return { listener, id, path: at };
  });
  return [...Map.groupBy(numbered, ({ id }) => id).values()].flatMap(([first, second, ...more]) => {
    if (first === undefined) return [];
    if (second !== undefined && more.length === 0 && arePair(first.listener, second.listener))
      return [writtenGroup(first, second, notes)];
    return [first, second, ...more].flatMap((each, index) => {
      if (each === undefined) return [];
      return [writtenGroup(index === 0 ? each : { ...each, id: freeNumber(used) }, undefined, notes)];
    });
  });
}

function freeNumber(used: Set<string>): string {
  for (let number = 10; ; number += 10) {
    const id = String(number);
    if (used.has(id)) continue;
    used.add(id);
    return id;
  }
}

const wordOf = ({ name, protocol }: Listener): string =>
  LISTENER_NAME.exec(name)?.[2] === 'tls' ? 'https' : protocol;

function arePair(first: Listener, second: Listener): boolean {
  const wishes = ({
    name: _name,
    protocol: _protocol,
    port: _port,
    memberPort: _memberPort,
    ...rest
  }: Listener) => JSON.stringify(rest);
  return wordOf(first) === 'http' && wordOf(second) === 'https' && wishes(first) === wishes(second);
}

function writtenGroup(
  { listener, id, path }: Numbered,
  second: Numbered | undefined,
  notes: ExportNotes,
): WrittenXml {
  notes.leftOver(path, listener, CARRIED);
  noteTls([{ listener, path }, ...(second === undefined ? [] : [second])], notes);
  const { healthCheck = {}, members, port, memberPort = port } = listener;
  notes.leftOver([...path, 'healthCheck'], healthCheck, ['type', ...Object.keys(OUR_CHECK)]);
  if ('type' in healthCheck && healthCheck.type !== 'tcp')
    notes.add([...path, 'healthCheck', 'type'], 'The port is asked instead.');
  const check = { ...OUR_CHECK, ...healthCheck };
  const port2 = second?.listener.port;
  return group(
    'group',
    textElement('id', id),
    textElement('protocol', second === undefined ? wordOf(listener) : 'http+https'),
    textElement('port1', port),
    whenGiven('port2', port2),
    textElement('balanceType', balanceWord(listener, path, notes)),
    textElement('monitorType', 'ping'),
    writtenPersistence(listener, path, notes),
    textElement('maxConnection', listener.maxConnections ?? OUR_CONNECTIONS),
    textElement('interval', check.intervalSeconds),
    textElement('timeout', check.timeoutSeconds),
    textElement('retryCount', check.fall),
    textElement('recoveryAction', 'switch-back'),
    listOf(
      'targets',
      members.map((member) => targetElement(member, memberPort, second?.listener.memberPort ?? port2)),
    ),
  );
}

const targetElement = (server: string, port1: FormValue, port2: FormValue | undefined): WrittenXml =>
  group('target', textElement('server', server), textElement('port1', port1), whenGiven('port2', port2));

function noteTls(listeners: readonly Pick<Numbered, 'listener' | 'path'>[], notes: ExportNotes): void {
  for (const { listener, path } of listeners)
    if (listener.protocol === 'https')
      notes.add(path, 'Certificates stay behind: without one, bytes go through as they come.');
}

function balanceWord({ balance = 'round-robin' }: Listener, path: PointerPath, notes: ExportNotes): string {
  const [word] = Object.entries(BALANCES).find(([, ours]) => ours === balance) ?? [];
  if (word !== undefined) return word;
  notes.add([...path, 'balance'], 'Members take turns instead.');
  return 'round-robin';
}

function writtenPersistence(
  { persistence, balance }: Listener,
  path: PointerPath,
  notes: ExportNotes,
): readonly WrittenXml[] {
  if (balance === 'source-address' && persistence === undefined)
    return byAddress(GROUP_DEFAULTS.uniqueRetention);
  if (persistence === undefined) return [textElement('uniqueType', BY_CONNECTION)];
  if (persistence.type !== 'source-address')
    notes.add([...path, 'persistence', 'type'], 'The address of the client tells instead.');
  return byAddress(persistence.seconds ?? OUR_RETENTION);
}

const byAddress = (seconds: FormValue): readonly WrittenXml[] => [
  textElement('uniqueType', BY_ADDRESS),
  textElement('uniqueRetention', seconds),
];
