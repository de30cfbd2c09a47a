/** Named counters of a firewall, and what they count. */
import type { FirewallInput } from '@openvsys/vsys';
import type { EfmCounter, NativeCounter } from '../observation.js';

export const DENIED = 'denied';
export const SPOOFED = 'spoofed';
export const SOURCE_NAT = 'source-nat';
/** What a rate limit turned away. */
export const beyondName = (ruleId: string): string => `${ruleId}-beyond`;
export const forwardName = (index: number): string => `forward-${index}`;
export const staticNatName = (index: number): string => `static-${index}`;

export function firewallCounters(input: FirewallInput, native: readonly NativeCounter[]): EfmCounter[] {
  const meanings = meaningsOf(input);
  return native.flatMap(({ program, name, values }) => {
    const meaning = program === 'nftables' ? meanings.get(name) : undefined;
    return meaning ? [{ ...meaning, values }] : [];
  });
}

type Meaning = Pick<EfmCounter, 'pointer' | 'title'>;

function meaningsOf({ rules, portForwards, staticNat }: FirewallInput): Map<string, Meaning> {
  return new Map<string, Meaning>([
    [DENIED, { pointer: '/config/logDenied', title: 'denied because no rule fits' }],
    [SPOOFED, { pointer: '', title: 'denied because of a false sender' }],
    [SOURCE_NAT, { pointer: '/config/sourceNat', title: 'connections behind the public address' }],
    ...rules.flatMap(({ id }, index): [string, Meaning][] => {
      const pointer = `/config/rules/${index}`;
      return [
        [id, { pointer, title: `rule ${index + 1}` }],
        [beyondName(id), { pointer: `${pointer}/rateLimit`, title: `beyond the rate of rule ${index + 1}` }],
      ];
    }),
    ...portForwards.map(({ origin, publicAddress, protocol, port }, index): [string, Meaning] => [
      forwardName(index),
      { pointer: pointerOf(origin), title: `${protocol} port ${port} of ${publicAddress}` },
    ]),
    ...staticNat.map(({ origin, publicAddress }, index): [string, Meaning] => [
      staticNatName(index),
      { pointer: pointerOf(origin), title: publicAddress },
    ]),
  ]);
}

/** What other EFMs ask for has no place of its own in the firewall. */
export const pointerOf = (origin: string): string => (origin.startsWith('/') ? origin : '');
