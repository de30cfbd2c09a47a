/** What a VPN counts: connections that peers opened (nftables) and bytes of each peer (WireGuard). */
import type { VpnInput } from '@openvsys/vsys';
import type { EfmCounter, NativeCounter } from '../observation.js';

export const DENIED = 'denied';
export const TO_SITES = 'to-sites';
export const peerCounter = (peer: string): string => `peer-${peer}`;

export function vpnCounters({ peers }: VpnInput, native: readonly NativeCounter[]): EfmCounter[] {
  const meanings = new Map<string, Omit<EfmCounter, 'values'>>([
    [`nftables ${DENIED}`, { pointer: '', title: 'denied' }],
    [`nftables ${TO_SITES}`, { pointer: '/config/peers', title: 'connections to other sites' }],
    ...peers.flatMap(({ name, publicKey }, index): [string, Omit<EfmCounter, 'values'>][] => {
      const pointer = `/config/peers/${index}`;
      return [
        [`nftables ${peerCounter(name)}`, { pointer, title: `connections of ${name}` }],
        [`wireguard ${publicKey}`, { pointer, title: `tunnel of ${name}` }],
      ];
    }),
  ]);
  return native.flatMap(({ program, name, values }) => {
    const meaning = meanings.get(`${program} ${name}`);
    return meaning ? [{ ...meaning, values }] : [];
  });
}
