/** A load balancer of Fujitsu's form: each group becomes a listener, one of http+https two. */
import { textOf, type XmlSource } from '../xml-source.js';
import { listIn, refuse } from './form-reader.js';
import { BALANCES, BY_ADDRESS, GROUP_DEFAULTS, mostConnections } from './form-words.js';
import { importNics, powerOf, type ImportParts } from './import-servers.js';

const KNOWN = ['efmType', 'efmName', 'segment', 'extraNics', 'autoStart', 'groups'];
const KNOWN_OF_GROUP = [
  'id',
  'protocol',
  'port1',
  'port2',
  'balanceType',
  'monitorType',
  'uniqueType',
  'uniqueRetention',
  'maxConnection',
  'interval',
  'timeout',
  'retryCount',
  'recoveryAction',
  'targets',
];

/** `publicIp`: what leads to it. */
export function importBalancer(
  element: XmlSource,
  place: string,
  publicIp: string | undefined,
  parts: ImportParts,
): object {
  parts.reader.noteUnknown(element, place, KNOWN);
  const listeners = listIn(element, place, 'groups', 'group').flatMap(([group, at]) =>
    listenersOf(group, at, parts),
  );
  return {
    kind: 'load-balancer',
    ...powerOf(element),
    nics: importNics(element, place, parts.reader),
    config: {
      listeners: listeners.map((listener) => ({
        ...listener,
        ...(publicIp === undefined ? {} : { publicIp }),
      })),
    },
  };
}

/** Encrypted bytes go through as they come: the form has no certificates. */
function listenersOf(group: XmlSource, place: string, parts: ImportParts): readonly object[] {
  const { reader } = parts;
  reader.noteUnknown(group, place, KNOWN_OF_GROUP);
  const id = reader.getText(group, 'id', place);
  if (!/^[0-9]{1,4}$/.test(id)) return refuse(`${place}/id`, 'it is a number');
  const protocol = reader.getText(group, 'protocol', place);
  const common = commonOf(group, place, protocol, parts);
  const listener = (name: string, kind: string, side: 'port1' | 'port2') => ({
    name: `g${id}-${name}`,
    protocol: kind,
    port: reader.getNumber(group, side, place),
    ...membersOf(group, place, side, parts),
    ...common,
  });
  if (protocol === 'http' || protocol === 'tcp') return [listener(protocol, protocol, 'port1')];
  if (protocol === 'https') return [listener('tls', 'tcp', 'port1')];
  if (protocol !== 'http+https') return refuse(`${place}/protocol`, 'it is http, https, http+https or tcp');
  return [listener('http', 'http', 'port1'), listener('tls', 'tcp', 'port2')];
}

function commonOf(group: XmlSource, place: string, protocol: string, { reader }: ImportParts): object {
  const balanceType = textOf(group, 'balanceType') ?? 'round-robin';
  const balance =
    BALANCES[balanceType] ?? refuse(`${place}/balanceType`, 'it is round-robin or minimum-connection-strict');
  if ((textOf(group, 'recoveryAction') ?? 'switch-back') !== 'switch-back')
    reader.note(`${place}/recoveryAction`, 'Servers that recover are used again by themselves.');
  if ((textOf(group, 'monitorType') ?? 'ping') !== 'ping')
    reader.note(`${place}/monitorType`, 'The port is asked instead.');
  const number = (name: 'interval' | 'timeout' | 'retryCount') =>
    reader.findNumber(group, name, place) ?? GROUP_DEFAULTS[name];
  const isByAddress = textOf(group, 'uniqueType') === BY_ADDRESS;
  const seconds = reader.findNumber(group, 'uniqueRetention', place) ?? GROUP_DEFAULTS.uniqueRetention;
  return {
    balance,
    ...(isByAddress ? { persistence: { type: 'source-address', seconds } } : {}),
    maxConnections: reader.findNumber(group, 'maxConnection', place) ?? mostConnections(protocol),
    healthCheck: {
      type: 'tcp',
      intervalSeconds: number('interval'),
      timeoutSeconds: number('timeout'),
      fall: number('retryCount'),
    },
  };
}

function membersOf(
  group: XmlSource,
  place: string,
  side: 'port1' | 'port2',
  { reader, members }: ImportParts,
): object {
  const targets = listIn(group, place, 'targets', 'target').map(([target, at]) => {
    const server = reader.getText(target, 'server', at);
    const name = members.find(server) ?? refuse(`${at}/server`, `there is no server ${server.slice(0, 40)}`);
    return { name, port: reader.findNumber(target, side, at) };
  });
  const ports = new Set(targets.map(({ port }) => port));
  if (ports.size > 1) return refuse(`${place}/targets`, 'all targets of a group have the same port');
  const [memberPort] = ports;
  return { members: targets.map(({ name }) => name), ...(memberPort === undefined ? {} : { memberPort }) };
}
