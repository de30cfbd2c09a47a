/**
 * keepalived for a pair (VRRP, RFC 5798): the active one holds all virtual addresses together. The two talk by unicast, so that
 * pairs of several systems in one network do not hear each other; and without virtual MACs, because NICs are locked to theirs.
 */
import type {
  ApplianceInput,
  ApplianceInterface,
  AppliancePair,
  PairInput,
  ProgramName,
} from '@openvsys/vsys';
import { ALIVE } from './alive.js';
import { applianceInterfaces, zoneInterface } from './interfaces.js';

export const KEEPALIVED_FILE = 'keepalived.conf';
const PRIORITY = { 1: 150, 2: 100 } as const;
/** Seconds between two signs of life; three that are missing make the other one active. */
const INTERVAL_SECONDS = 1;

export function appliancePair(input: ApplianceInput): AppliancePair | null {
  const { pair } = input;
  if (pair === null) return null;
  return { member: pair.member, peer: pair.peerAddress, interface: talkInterface(input, pair) };
}

const talkInterface = (input: ApplianceInput, { zone }: PairInput): string =>
  zoneInterface(input, zone) ?? '';

/** `watched`: a daemon without which this one cannot be the active one. */
export function renderKeepalived(
  input: ApplianceInput,
  pair: PairInput,
  watched: ProgramName | null,
): string {
  const talk = talkInterface(input, pair);
  const interfaces = applianceInterfaces(input);
  const own = input.interfaces.find(({ zone }) => zone === pair.zone)?.address ?? '';
  const first = sharedOn(interfaces.filter(({ name }) => name === talk));
  const rest = interfaces.filter(({ name }) => name !== talk);
  const lines = [
    `# Pair of ${input.name}, made by OpenVSYS. Changes made here are overwritten.`,
    'global_defs {',
    `  router_id ${input.name}-${pair.member}`,
    '  enable_script_security',
    '}',
    ...watchLines(watched),
    'vrrp_instance efm {',
    '  state BACKUP',
    `  interface ${talk}`,
    `  virtual_router_id ${pair.routerId}`,
    `  priority ${PRIORITY[pair.member]}`,
    `  advert_int ${INTERVAL_SECONDS}`,
    // Whoever is active stays it: coming back costs no second interruption.
    '  nopreempt',
    `  unicast_src_ip ${own}`,
    ...block('unicast_peer', [pair.peerAddress]),
    ...block('virtual_ipaddress', first),
    ...block('virtual_ipaddress_excluded', sharedOn(rest)),
    ...block(
      'track_interface',
      rest.map(({ name }) => name),
    ),
    ...(watched === null ? [] : block('track_script', [watched])),
    '}',
    '',
  ];
  return lines.join('\n');
}

const sharedOn = (interfaces: readonly ApplianceInterface[]): string[] =>
  interfaces.flatMap(({ name, virtualAddresses }) =>
    virtualAddresses.map((address) => `${address} dev ${name}`),
  );

/**
 * By a connection each second, not by `track_process`: that needs the kernel's process events (CONFIG_PROC_EVENTS), and where it
 * has none keepalived takes every process for dead, so that neither of a pair would ever be active. A daemon that hangs is seen too.
 */
const watchLines = (watched: ProgramName | null): string[] =>
  watched === null
    ? []
    : [
        `vrrp_script ${watched} {`,
        `  script "/bin/bash -c '</dev/tcp/${ALIVE.address}/${ALIVE.port}'"`,
        '  interval 1',
        '  timeout 2',
        '  fall 2',
        '  rise 1',
        // keepalived 2.2 ends itself over scripts of others; this one only connects.
        '  user root',
        '}',
      ];

const block = (name: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [`  ${name} {`, ...items.map((item) => `    ${item}`), '  }'];
