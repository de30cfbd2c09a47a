/** Groups of a request: an XML document, all of it looked at before anything changes. */
import { childrenNamed, findChild, findText, type XmlElement } from '../../../http/xml/xml-element.js';
import { FgcpError, wrongValue } from '../protocol/fgcp-error.js';
import {
  BALANCES,
  GROUP_PROTOCOLS,
  type Balance,
  type Group,
  type GroupTarget,
  type KnownServer,
} from './balancer-groups.js';

/** What clients leave out they mean so. */
const DEFAULTS = { interval: 60, timeout: 10, retryCount: 3, retention: 90 } as const;
const MOST_CONNECTIONS: Readonly<Record<Group['protocol'], number>> = {
  http: 58_000,
  tcp: 58_000,
  https: 10_000,
  'http+https': 10_000,
};

/** `before`: what stays of groups that were there. Throws VALIDATION_ERROR, UNSUPPORT_ERROR. */
export function readGroups(
  block: XmlElement,
  servers: readonly KnownServer[],
  before: readonly Group[],
): readonly Group[] {
  if (findText(block, 'webAccelerator')?.toLowerCase() === 'true')
    throw new FgcpError('UNSUPPORT_ERROR', 'There is no web accelerator.');
  const groups = childrenNamed(findChild(block, 'groups') ?? block, 'group').map((group) =>
    groupOf(group, servers, before),
  );
  if (new Set(groups.map(({ id }) => id)).size !== groups.length) throw wrongValue('id');
  return groups;
}

function groupOf(element: XmlElement, servers: readonly KnownServer[], before: readonly Group[]): Group {
  const id = findText(element, 'id') ?? '';
  if (!/^\d{1,4}$/.test(id)) throw wrongValue('id');
  const present = before.find((group) => group.id === id);
  const protocol = oneOf(element, 'protocol', GROUP_PROTOCOLS);
  if ((findText(element, 'recoveryAction') ?? 'switch-back') !== 'switch-back')
    throw new FgcpError(
      'UNSUPPORT_ERROR',
      'Servers that recover are used again by themselves. [recoveryAction]',
    );
  if ((findText(element, 'monitorType') ?? 'ping') !== 'ping') throw wrongValue('monitorType');
  const targets = targetsIn(element, servers, present);
  return {
    id,
    protocol,
    port1: numberIn(element, 'port1', 1, 65_535),
    port2: protocol === 'http+https' ? numberIn(element, 'port2', 1, 65_535) : undefined,
    balance: oneOf(element, 'balanceType', Object.keys(BALANCES) as readonly Balance[]),
    retention: retentionIn(element),
    interval: numberIn(element, 'interval', 1, 300, DEFAULTS.interval),
    timeout: numberIn(element, 'timeout', 1, 60, DEFAULTS.timeout),
    retryCount: numberIn(element, 'retryCount', 1, 20, DEFAULTS.retryCount),
    maxConnection: numberIn(element, 'maxConnection', 1, 100_000, MOST_CONNECTIONS[protocol]),
    certNum: findText(element, 'certNum') ?? present?.certNum,
    targets,
  };
}

function retentionIn(element: XmlElement): number | undefined {
  const unique = findText(element, 'uniqueType') ?? 'By connection';
  if (unique === 'By connection') return undefined;
  if (unique !== 'By IP address') throw wrongValue('uniqueType');
  return numberIn(element, 'uniqueRetention', 1, 86_400, DEFAULTS.retention);
}

function targetsIn(
  element: XmlElement,
  servers: readonly KnownServer[],
  present: Group | undefined,
): readonly GroupTarget[] {
  const targets = childrenNamed(findChild(element, 'targets') ?? element, 'target').map((target) => {
    const server = servers.find(({ id }) => id === findText(target, 'serverId'));
    if (server === undefined) throw wrongValue('serverId');
    return {
      ...server,
      port1: numberIn(target, 'port1', 1, 65_535),
      port2: findText(target, 'port2') === undefined ? undefined : numberIn(target, 'port2', 1, 65_535),
      state: present?.targets.find(({ id }) => id === server.id)?.state ?? ('ready' as const),
    };
  });
  if (targets.length === 0) throw wrongValue('targets');
  const isOne = (side: 'port1' | 'port2'): boolean =>
    new Set(targets.map((target) => target[side])).size === 1;
  if (!isOne('port1') || !isOne('port2'))
    throw new FgcpError('UNSUPPORT_ERROR', 'All targets of a group have the same port.');
  return targets;
}

function oneOf<Choice extends string>(element: XmlElement, name: string, choices: readonly Choice[]): Choice {
  const text = findText(element, name);
  const choice = choices.find((each) => each === text);
  if (choice === undefined) throw wrongValue(name);
  return choice;
}

function numberIn(element: XmlElement, name: string, least: number, most: number, absent?: number): number {
  const text = findText(element, name) ?? absent?.toString() ?? '';
  const number = Number(text);
  if (!/^\d{1,6}$/.test(text) || number < least || number > most) throw wrongValue(name);
  return number;
}
