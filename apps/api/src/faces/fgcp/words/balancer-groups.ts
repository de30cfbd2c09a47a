/**
 * Groups of a load balancer as this protocol has them, and its listeners. The number and the protocol of a group are kept in the
 * names of its listeners, so that what was written is read again as it was.
 *
 *   group 10 http ──► `g10-http`;  https with a certificate ──► `g10-https`;  https without, tcp ──► bytes as they come
 *   group 20 http+https ──► `g20-http` and `g20-https`
 */
import type { ListenerConfig } from '@openvsys/vsys';

export const GROUP_PROTOCOLS = ['http', 'https', 'http+https', 'tcp'] as const;
export type GroupProtocol = (typeof GROUP_PROTOCOLS)[number];

/** The protocol's word, and ours. */
export const BALANCES = {
  'round-robin': 'round-robin',
  'minimum-connection-strict': 'least-connections',
} as const;
export type Balance = keyof typeof BALANCES;

export interface GroupTarget {
  /** Of the server. */
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly ipAddress: string;
  readonly port1: number;
  readonly port2: number | undefined;
  readonly state: 'ready' | 'drain' | 'maintenance';
}

export interface Group {
  readonly id: string;
  readonly protocol: GroupProtocol;
  readonly port1: number;
  readonly port2: number | undefined;
  readonly balance: Balance;
  /** Seconds that a client's address stays with its server; undefined: each connection anew. */
  readonly retention: number | undefined;
  readonly interval: number;
  readonly timeout: number;
  readonly retryCount: number;
  readonly maxConnection: number;
  readonly certNum: string | undefined;
  readonly targets: readonly GroupTarget[];
}

const NAME = /^g(\d{1,4})-(http|https|tcp|tls)$/;
export const CERTIFICATE_NAME = /^cert-(\d{1,4})$/;
export const certificateName = (number: string): string => `cert-${number}`;

export interface KnownServer {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly label: string;
  readonly ipAddress: string;
}

/** In the order of their numbers. Listeners that came another way get numbers that are free. */
export function groupsOf(
  listeners: readonly ListenerConfig[],
  servers: readonly KnownServer[],
): readonly Group[] {
  const named = listeners.map((listener) => ({ listener, parts: NAME.exec(listener.name) }));
  const used = new Set(named.flatMap(({ parts }) => parts?.[1] ?? []));
  const numbered = named.map(({ listener, parts }) => ({ listener, id: parts?.[1] ?? freeNumber(used) }));
  const groups = [...Map.groupBy(numbered, ({ id }) => id)];
  return groups
    .map(([id, own]) =>
      groupOf(
        id,
        own.map(({ listener }) => listener),
        servers,
      ),
    )
    .toSorted((a, b) => Number(a.id) - Number(b.id));
}

/** Tens, as callers number them. */
function freeNumber(used: Set<string>): string {
  for (let number = 10; ; number += 10) {
    const id = String(number);
    if (used.has(id)) continue;
    used.add(id);
    return id;
  }
}

function groupOf(id: string, listeners: readonly ListenerConfig[], servers: readonly KnownServer[]): Group {
  const second = listeners.find((listener) => wordOf(listener) === 'https' && listeners.length > 1);
  const first = listeners.find((listener) => listener !== second) ?? listeners[0];
  if (first === undefined) throw new Error('a group has a listener');
  const { persistence, healthCheck, maxConnections } = first;
  const certificate = [...listeners].flatMap(({ certificates }) => certificates)[0];
  return {
    id,
    protocol: second === undefined ? wordOf(first) : 'http+https',
    port1: first.port,
    port2: second?.port,
    balance: first.balance === 'least-connections' ? 'minimum-connection-strict' : 'round-robin',
    retention: persistence?.seconds,
    interval: healthCheck.intervalSeconds,
    timeout: healthCheck.timeoutSeconds,
    retryCount: healthCheck.fall,
    maxConnection: maxConnections,
    certNum: certificate && (CERTIFICATE_NAME.exec(certificate)?.[1] ?? undefined),
    targets: targetsOf(first, second, servers),
  };
}

function wordOf({ name, protocol }: ListenerConfig): Exclude<GroupProtocol, 'http+https'> {
  const word = NAME.exec(name)?.[2];
  return word === 'https' || word === 'tls' ? 'https' : protocol;
}

function targetsOf(
  first: ListenerConfig,
  second: ListenerConfig | undefined,
  servers: readonly KnownServer[],
): readonly GroupTarget[] {
  const members = servers.filter(
    ({ name, role }) => first.members.includes(name) || first.members.includes(role),
  );
  return members.map((server) => ({
    ...server,
    port1: first.memberPort,
    port2: second?.memberPort,
    state: first.memberStates[server.name] ?? 'ready',
  }));
}

/** The listeners that a group becomes, as a descriptor writes them. */
export function listenersOf(
  group: Group,
  before: readonly ListenerConfig[],
): readonly Readonly<Record<string, unknown>>[] {
  const { id, protocol, port1, port2, certNum } = group;
  if (protocol === 'http+https')
    return [
      listener(group, before, { name: `g${id}-http`, protocol: 'http', port: port1, side: 'port1' }),
      listener(group, before, { ...tlsOf(id, certNum), port: port2 ?? 443, side: 'port2' }),
    ];
  if (protocol === 'https')
    return [listener(group, before, { ...tlsOf(id, certNum), port: port1, side: 'port1' })];
  return [listener(group, before, { name: `g${id}-${protocol}`, protocol, port: port1, side: 'port1' })];
}

/** Without a certificate nothing is opened: bytes go through as they come. */
const tlsOf = (id: string, certNum: string | undefined): Pick<Mould, 'name' | 'protocol'> =>
  certNum === undefined
    ? { name: `g${id}-tls`, protocol: 'tcp' }
    : { name: `g${id}-https`, protocol: 'https' };

interface Mould {
  readonly name: string;
  readonly protocol: 'tcp' | 'http' | 'https';
  readonly port: number;
  readonly side: 'port1' | 'port2';
}

function listener(
  group: Group,
  before: readonly ListenerConfig[],
  { name, protocol, port, side }: Mould,
): Readonly<Record<string, unknown>> {
  const present = before.find((each) => each.name === name);
  const resting = group.targets.filter(({ state }) => state !== 'ready');
  return {
    name,
    protocol,
    port,
    ...(present === undefined || present.publicIp === null ? {} : { publicIp: present.publicIp }),
    members: group.targets.map((target) => target.name),
    memberPort: group.targets[0]?.[side] ?? port,
    ...(protocol === 'https' && group.certNum !== undefined
      ? { certificates: [certificateName(group.certNum)] }
      : {}),
    ...(resting.length === 0
      ? {}
      : { memberStates: Object.fromEntries(resting.map((each) => [each.name, each.state])) }),
    balance: BALANCES[group.balance],
    ...(group.retention === undefined
      ? {}
      : { persistence: { type: 'source-address', seconds: group.retention } }),
    maxConnections: group.maxConnection,
    healthCheck: {
      type: 'tcp',
      intervalSeconds: group.interval,
      timeoutSeconds: group.timeout,
      fall: group.retryCount,
    },
  };
}
