/** What the kernel and dnsmasq log of a firewall. */
import type { FirewallInput } from '@openvsys/vsys';
import type { EfmLogEntry, NativeLogLine } from '../observation.js';
import { DENIED } from './counters.js';

/** `openvsys <rule id or “denied”> IN=eth0 OUT=uplink SRC=… DST=… PROTO=TCP SPT=… DPT=…` (nf_log_ipv4). */
const PACKET = /openvsys (\S+) (IN=.*)$/;
const LEASE = /\bDHCPACK\((\S+)\) (\S+) (\S+)(?: (\S+))?/;
const PAIR = /entering (MASTER|BACKUP|FAULT) STATE/i;

export function firewallLog(input: FirewallInput, line: NativeLogLine): EfmLogEntry | undefined {
  if (line.program === 'kernel') return packetEntry(input, line);
  if (line.program === 'dnsmasq') return leaseEntry(line);
  return pairEntry(line);
}

function packetEntry({ rules }: FirewallInput, { at, text }: NativeLogLine): EfmLogEntry | undefined {
  const [, id, packet = ''] = PACKET.exec(text) ?? [];
  if (id === undefined) return undefined;
  const index = rules.findIndex((rule) => rule.id === id);
  if (id !== DENIED && index < 0) return undefined;
  const action = id === DENIED ? 'deny' : (rules[index]?.action ?? 'deny');
  return {
    at,
    kind: id === DENIED ? 'denied' : 'rule',
    pointer: index < 0 ? null : `/config/rules/${index}`,
    fields: { action, ...packetFields(packet) },
  };
}

const NAMES: Readonly<Record<string, string>> = {
  IN: 'in',
  OUT: 'out',
  SRC: 'source',
  DST: 'destination',
  PROTO: 'protocol',
  SPT: 'sourcePort',
  DPT: 'port',
};

function packetFields(packet: string): Record<string, string> {
  const found = [...packet.matchAll(/\b([A-Z]+)=(\S*)/g)].flatMap(([, key = '', value = '']) => {
    const name = NAMES[key];
    return name === undefined || value === '' ? [] : [[name, value.toLowerCase()] as const];
  });
  return Object.fromEntries(found);
}

function leaseEntry({ at, text }: NativeLogLine): EfmLogEntry | undefined {
  const [, link, address, mac, name] = LEASE.exec(text) ?? [];
  if (link === undefined || address === undefined || mac === undefined) return undefined;
  return {
    at,
    kind: 'lease',
    pointer: '/config/dhcp',
    fields: { interface: link, address, mac, ...(name === undefined ? {} : { name }) },
  };
}

/** A change of who is active, of any kind. */
export function pairEntry({ program, at, text }: NativeLogLine): EfmLogEntry | undefined {
  const state = program === 'keepalived' ? PAIR.exec(text)?.[1] : undefined;
  if (state === undefined) return undefined;
  return { at, kind: 'pair', pointer: null, fields: { state: state.toLowerCase() } };
}
