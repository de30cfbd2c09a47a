/** What an appliance lets in to itself, whatever its kind. */
import type { ApplianceInput } from '@openvsys/vsys';
import { quoted, setOf, type Chain } from '../nftables/ruleset.js';
import { interfaceName, zoneInterface } from './interfaces.js';

export const insideInterfaces = ({ interfaces }: ApplianceInput): string[] =>
  interfaces.map(({ device }) => quoted(interfaceName(device)));

/** `services`: rules for what this kind offers itself. */
export function inputChain(input: ApplianceInput, services: readonly string[]): Chain {
  const inside = insideInterfaces(input);
  const talk = input.pair && zoneInterface(input, input.pair.zone);
  return {
    name: 'input',
    hook: 'type filter hook input priority filter; policy drop;',
    rules: [
      'ct state established,related accept',
      'ct state invalid drop',
      'iifname "lo" accept',
      ...(inside.length === 0
        ? []
        : [`iifname ${setOf(inside)} icmp type echo-request limit rate 20/second accept`]),
      ...(input.pair && talk
        ? [`iifname ${quoted(talk)} ip saddr ${input.pair.peerAddress} ip protocol vrrp accept`]
        : []),
      ...services,
    ],
  };
}
