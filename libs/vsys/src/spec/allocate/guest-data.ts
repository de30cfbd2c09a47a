/**
 * What a guest learns about itself: keys below xenstore `vm-data/`, values of at most 2 KiB (XenAPI `VM.xenstore_data`).
 *
 *   openvsys/hostname            web-1
 *   openvsys/server-id           ACME0001-7K2M9QXPA-S-0003
 *   openvsys/nics                2
 *   openvsys/nic/0/mac           02:…
 *   openvsys/nic/0/address       10.0.2.5/24
 *   openvsys/nic/0/gateway       10.0.2.1     only where the VSYS has a firewall in the VNet
 *   openvsys/config-hash         EFMs only
 *   openvsys/login/user          password and ssh-key/0 … beside it; the password is sealed in the spec
 *   user-data/count, user-data/0 …
 */
import type { VNetId, VServerId } from '../../ids.js';
import { ipv4FromNumber, ipv4Range } from '../ipv4.js';
import { PREFIX6 } from '../ipv6.js';
import { LIMITS } from '../limits.js';
import { isVNet, type NicSpec, type VNetSpec } from '../vsys-spec.js';

export interface GuestFacts {
  readonly id: VServerId;
  readonly name: string;
  readonly nics: readonly NicSpec[];
  readonly nets: ReadonlyMap<VNetId, VNetSpec>;
  /** VNets that have a gateway for this server. */
  readonly routed: ReadonlySet<VNetId>;
  readonly userData: string;
  readonly login: readonly (readonly [key: string, value: string])[];
  readonly configHash?: string;
}

export function guestDataOf(facts: GuestFacts): Record<string, string> {
  const chunks = chunksOf(facts.userData, LIMITS.guestValueBytes);
  const data: [string, string][] = [
    ['openvsys/hostname', facts.name],
    ['openvsys/server-id', facts.id],
    ['openvsys/nics', String(facts.nics.length)],
    ...facts.nics.flatMap((nic) => nicData(nic, facts)),
    ...facts.login.map(([key, value]): [string, string] => [key, value]),
    ...(facts.configHash === undefined
      ? []
      : ([['openvsys/config-hash', facts.configHash]] as [string, string][])),
    ...(chunks.length === 0 ? [] : ([['user-data/count', String(chunks.length)]] as [string, string][])),
    ...chunks.map((chunk, index): [string, string] => [`user-data/${index}`, chunk]),
  ];
  return Object.fromEntries(data);
}

function nicData(nic: NicSpec, { nets, routed }: GuestFacts): [string, string][] {
  const at = (key: string) => `openvsys/nic/${nic.device}/${key}`;
  if (!isVNet(nic.net))
    return [
      [at('mac'), nic.mac],
      [at('address'), nic.ipv4],
    ];
  const net = nets.get(nic.net);
  if (!net) return [];
  const range = ipv4Range(net.cidr);
  const facts: [string, string][] = [
    [at('mac'), nic.mac],
    [at('address'), `${nic.ipv4}/${range.prefix}`],
  ];
  if (nic.ipv6 !== undefined) facts.push([at('address6'), `${nic.ipv6}/${PREFIX6}`]);
  if (routed.has(nic.net)) facts.push([at('gateway'), ipv4FromNumber(range.gateway)]);
  return facts;
}

/** Pieces of at most `size` UTF-8 bytes; no character is cut in two. */
export function chunksOf(text: string, size: number): string[] {
  const chunks: string[] = [];
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const bytes = encoder.encode(text);
  let start = 0;
  while (start < bytes.length) {
    let end = Math.min(start + size, bytes.length);
    // Bytes 10xxxxxx continue a character.
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    chunks.push(decoder.decode(bytes.subarray(start, end)));
    start = end;
  }
  return chunks;
}
