/**
 * From one ruleset file of ours to the next with as few statements as possible, so that the time that a change takes follows
 * the change, not the ruleset; counters of rules that stay go on counting.
 */
import type { Count } from './counts.js';
import { TABLE, type Chain } from './ruleset.js';

interface ReadRuleset {
  readonly counters: ReadonlySet<string>;
  readonly chains: ReadonlyMap<string, Chain>;
}

/** How to get from one ruleset to another. */
export interface RulesetChange {
  /** Those that are emptied: what their rules have counted is lost unless it is read first. */
  readonly chains: readonly string[];
  /** For `nft -f`, one transaction; empty when nothing differs. `counts`: what rules of `chains` counted so far; they go on from there. */
  script(counts?: ReadonlyMap<string, Count>): string;
}

/** Undefined when it cannot be said as a change, e.g. because a file is not of ours: then the whole file is loaded. */
export function nftablesChange(before: string, after: string): RulesetChange | undefined {
  const old = readRuleset(before);
  const next = readRuleset(after);
  if (!old || !next || haveOtherHooks(old, next)) return undefined;
  const changed = [...next.chains.values()].filter((chain) => !isSame(old.chains.get(chain.name), chain));
  const kept = changed.filter(({ name }) => old.chains.has(name)).map(({ name }) => name);
  const gone = [...old.chains.keys()].filter((name) => !next.chains.has(name));
  return {
    chains: [...kept, ...gone],
    script: (counts = new Map()) => scriptOf({ old, next, changed, kept, gone }, counts),
  };
}

interface Difference {
  readonly old: ReadRuleset;
  readonly next: ReadRuleset;
  readonly changed: readonly Chain[];
  /** Names of changed chains that are there already. */
  readonly kept: readonly string[];
  readonly gone: readonly string[];
}

function scriptOf(
  { old, next, changed, kept, gone }: Difference,
  counts: ReadonlyMap<string, Count>,
): string {
  const added = [...next.counters].filter((name) => !old.counters.has(name));
  const removed = [...old.counters].filter((name) => !next.counters.has(name));
  const fresh = changed.filter(({ name }) => !old.chains.has(name));
  const lines = [
    ...added.map((name) => `add counter ${TABLE} ${name}`),
    ...fresh.map(({ name, hook }) => `add chain ${TABLE} ${name}${hook === null ? '' : ` { ${hook} }`}`),
    ...kept.map((name) => `flush chain ${TABLE} ${name}`),
    ...changed.flatMap(({ name, rules }) =>
      rules.map((rule) => `add rule ${TABLE} ${name} ${goingOn(rule, counts)}`),
    ),
    // What jumps to a chain, and what uses a counter, goes first.
    ...gone.map((name) => `flush chain ${TABLE} ${name}`),
    ...gone.map((name) => `delete chain ${TABLE} ${name}`),
    ...removed.map((name) => `delete counter ${TABLE} ${name}`),
  ];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** A rule of a chain that is loaded again counts on. */
const goingOn = (rule: string, counts: ReadonlyMap<string, Count>): string =>
  rule.replace(/\bcounter (accept|drop) comment "([^"]+)"$/, (whole, verdict: string, id: string) => {
    const count = counts.get(id);
    if (count === undefined) return whole;
    return `counter packets ${count.packets} bytes ${count.bytes} ${verdict} comment "${id}"`;
  });

const isSame = (old: Chain | undefined, chain: Chain): boolean =>
  old !== undefined &&
  old.rules.length === chain.rules.length &&
  old.rules.every((rule, index) => rule === chain.rules[index]);

const haveOtherHooks = (old: ReadRuleset, next: ReadRuleset): boolean =>
  [...next.chains.values()].some(({ name, hook }) => {
    const same = old.chains.get(name);
    return same !== undefined && same.hook !== hook;
  });

function readRuleset(text: string): ReadRuleset | undefined {
  const lines = text.split('\n');
  const start = lines.indexOf(`table ${TABLE} {`);
  if (start < 0) return undefined;
  const counters = new Set<string>();
  const chains = new Map<string, Chain>();
  for (let index = start + 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '}') return { counters, chains };
    const counter = /^ {2}counter (\S+) \{\}$/.exec(line)?.[1];
    const chain = /^ {2}chain (\S+) \{$/.exec(line)?.[1];
    if (counter !== undefined) counters.add(counter);
    else if (chain !== undefined) {
      const end = lines.indexOf('  }', index);
      const body = lines.slice(index + 1, end).map((each) => each.trim());
      const hook = body[0]?.startsWith('type ') === true ? body[0] : null;
      chains.set(chain, { name: chain, hook, rules: hook === null ? body : body.slice(1) });
      index = end;
    } else return undefined;
  }
  return undefined;
}
