/**
 * keepalived for a pair (VRRP, RFC 5798): the active one holds all virtual addresses together. The two talk by unicast, so that
 * pairs of several systems in one network do not hear each other; and without virtual MACs, because NICs are locked to theirs.
 */
import type { ApplianceInput, AppliancePair, PairInput, ProgramName } from '@openvsys/vsys';
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
  const virtual = interfaces.flatMap(({ name, virtualAddresses }) =>
    virtualAddresses.map((address) => ({ isTalk: name === talk, text: `${address} dev ${name}` })),
  );
  const first = virtual.filter(({ isTalk }) => isTalk).map(({ text }) => text);
  const others = virtual.filter(({ isTalk }) => !isTalk).map(({ text }) => text);
  const tracked = interfaces.filter(({ name, mac }) => mac !== null && name !== talk);
  const lines = [
    `# Pair of ${input.name}, made by OpenVSYS. Changes made here are overwritten.`,
    'global_defs {',
    `  router_id ${input.name}-${pair.member}`,
    '  enable_script_security',
    '}',
    ...(watched === null
      ? []
      : [`vrrp_track_process ${watched} {`, `  process ${watched}`, '  delay 1', '}']),
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
    ...block('virtual_ipaddress_excluded', others),
    ...block(
      'track_interface',
      tracked.map(({ name }) => name),
    ),
    ...(watched === null ? [] : block('track_process', [watched])),
    '}',
    '',
  ];
  return lines.join('\n');
}

const block = (name: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [`  ${name} {`, ...items.map((item) => `    ${item}`), '  }'];
