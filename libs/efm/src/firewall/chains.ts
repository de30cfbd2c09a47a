/**
 * The rules of a zone pair as chains. Many rules are cut into blocks of about 16; where a block ends is decided by the ids of
 * the rules alone, so that a new or changed rule changes its own block and leaves the others as they are loaded.
 */
import { counted, quoted, setOf, type Chain } from '../nftables/ruleset.js';
import type { PortRange } from '@openvsys/vsys';
import { beyondName } from './counters.js';
import type { ModelRule, Zone, ZonePair } from './model.js';

/** One rule in so many ends a block. */
const BLOCK_RULES = 16;
/** nft accepts up to 128 characters before the closing quote (NF_LOG_PREFIXLEN). */
const LOG_PREFIX = 'openvsys';

export const pairChain = (from: Zone, to: Zone): string => `${from.label}-${to.label}`;
export const logPrefix = (word: string): string =>
  `log prefix ${quoted(`${LOG_PREFIX} ${word} `)} level info`;

/** Blocks first, then the chain of the pair that goes through them. */
export function pairChains(pair: ZonePair): Chain[] {
  const name = pairChain(pair.from, pair.to);
  const blocks = blocksOf(pair.rules).map((rules): Chain => ({
    name: `${name}-${rules[0]?.id ?? ''}`,
    hook: null,
    rules: rules.flatMap(ruleLines),
  }));
  if (blocks.length === 1 && blocks[0]) return [{ ...blocks[0], name }];
  return [...blocks, { name, hook: null, rules: blocks.map((block) => `jump ${block.name}`) }];
}

function blocksOf(rules: readonly ModelRule[]): ModelRule[][] {
  const blocks: ModelRule[][] = [];
  let open: ModelRule[] = [];
  for (const rule of rules) {
    open.push(rule);
    if (!endsBlock(rule.id)) continue;
    blocks.push(open);
    open = [];
  }
  return open.length === 0 ? blocks : [...blocks, open];
}

function endsBlock(id: string): boolean {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hash % BLOCK_RULES === 0;
}

function ruleLines(rule: ModelRule): string[] {
  const match = [
    ...(rule.sources === null ? [] : [`ip saddr ${setOf(rule.sources)}`]),
    ...(rule.destinations === null ? [] : [`ip daddr ${setOf(rule.destinations)}`]),
    ...protocolMatch(rule),
  ];
  const log = rule.log ? [logPrefix(rule.id)] : [];
  const decision = [...match, ...log, counted(rule.verdict, rule.id)].join(' ');
  if (rule.rateLimit === null) return [decision];
  const { perSecond, burst } = rule.rateLimit;
  const limit = `limit rate over ${perSecond}/second burst ${burst} packets`;
  return [[...match, limit, counted('drop', beyondName(rule.id))].join(' '), decision];
}

function protocolMatch({ protocol, ports, sourcePorts }: ModelRule): string[] {
  if (protocol === 'any') return [];
  if (protocol === 'icmp') return ['ip protocol icmp'];
  if (ports.length === 0 && sourcePorts.length === 0) return [`ip protocol ${protocol}`];
  return [
    ...(sourcePorts.length === 0 ? [] : [`${protocol} sport ${setOf(sourcePorts.map(portText))}`]),
    ...(ports.length === 0 ? [] : [`${protocol} dport ${setOf(ports.map(portText))}`]),
  ];
}

const portText = ({ first, last }: PortRange): string =>
  first === last ? String(first) : `${first}-${last}`;
