/** All programs that a document can name. The compiler asks for a line here when there is a new one. */
import type { ProgramName } from '@openvsys/vsys';
import { createDnsmasq } from './dnsmasq.js';
import { createHaproxy } from './haproxy.js';
import { createKeepalived } from './keepalived.js';
import { createNftables } from './nftables.js';
import { createWireguard } from './wireguard.js';
import type { Program, ProgramContext } from './program.js';

export type Programs = { readonly [Name in ProgramName]: Program<Name> };

export function createPrograms(context: ProgramContext): Programs {
  return {
    nftables: createNftables(context),
    haproxy: createHaproxy(context),
    dnsmasq: createDnsmasq(context),
    keepalived: createKeepalived(context),
    wireguard: createWireguard(context),
  };
}

/** Reverse of the order of loading does not matter for stopping; this is simply all of them. */
export const PROGRAM_NAMES: readonly ProgramName[] = [
  'nftables',
  'haproxy',
  'dnsmasq',
  'keepalived',
  'wireguard',
];
