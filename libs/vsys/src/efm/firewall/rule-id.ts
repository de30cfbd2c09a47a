/**
 * Ids of firewall rules: what their counters and log lines are named. A rule keeps its id when others come and go around it.
 */
import type { FirewallRuleConfig } from './config.js';

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** FNV-1a, 64 bit: names need no secrecy, and ten thousand rules collide with a chance of 1 to 10^11. */
function digest(text: string): string {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  }
  return hash.toString(36).padStart(13, '0');
}

function meaningOf(rule: FirewallRuleConfig): string {
  const { from, to, protocol, ports, sources, destinations, action, rateLimit, sourcePorts } = rule;
  const usual = [from, to, protocol, ports, sources, destinations, action, rateLimit ?? null];
  // Rules without them keep the ids that they have always had.
  return JSON.stringify(sourcePorts === undefined ? usual : [...usual, sourcePorts]);
}

/** In the order of the rules: `r-<name>` of a named one, else `h-<digest of its meaning>`, equal ones numbered. */
export function ruleIds(rules: readonly FirewallRuleConfig[]): string[] {
  const used = new Map<string, number>();
  return rules.map((rule) => {
    const base = rule.name === undefined ? `h-${digest(meaningOf(rule))}` : `r-${rule.name}`;
    const number = (used.get(base) ?? 0) + 1;
    used.set(base, number);
    return number === 1 ? base : `${base}-${number}`;
  });
}
