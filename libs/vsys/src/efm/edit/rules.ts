/** Single rules of a firewall: put in, changed, moved, taken out. Rules are named by their ids, which others do not shift. */
import { DomainError } from '../../errors.js';
import { didYouMean } from '../../spec/did-you-mean.js';
import { isData, listOf, type WrittenConfig, type WrittenEfm } from './written-config.js';

/** Where a rule goes; at most one of them. Without any: to the end, or where it was. */
export interface RulePlace {
  /** Counted from 0. */
  readonly position?: number | undefined;
  /** Ids of other rules. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** The written rules with their ids, in order. */
export interface NamedRule {
  readonly id: string;
  readonly rule: unknown;
}

/** Throws `conflict` for EFMs of other kinds. */
export function requireFirewall({ kind, name }: Pick<WrittenEfm, 'kind' | 'name'>): void {
  if (kind === 'firewall') return;
  throw new DomainError('conflict', `“${name}” is a ${kind}: only a firewall has rules.`, { retry: 'never' });
}

/** The ids are those of the present rules, in order. */
export const namedRules = (config: WrittenConfig, ids: readonly string[]): NamedRule[] =>
  listOf(config, 'rules').map((rule, index) => ({ id: ids[index] ?? '', rule }));

export function withRule(
  config: WrittenConfig,
  ids: readonly string[],
  rule: unknown,
  place: RulePlace,
): WrittenConfig {
  return withRules(config, inserted(namedRules(config, ids), { id: '', rule }, place));
}

/** `change` is a merge patch (RFC 7396). Throws `not-found`. */
export function withChangedRule(
  config: WrittenConfig,
  ids: readonly string[],
  id: string,
  change: Readonly<Record<string, unknown>>,
  place: RulePlace,
): WrittenConfig {
  const rules = namedRules(config, ids);
  const index = indexOf(rules, id);
  const old = rules[index]?.rule;
  const entries = Object.entries({ ...(isData(old) ? old : {}), ...change });
  const changed = { id, rule: Object.fromEntries(entries.filter(([, value]) => value !== null)) };
  const isMoved = Object.values(place).some((where) => where !== undefined);
  if (!isMoved) return withRules(config, rules.toSpliced(index, 1, changed));
  return withRules(config, inserted(rules.toSpliced(index, 1), changed, place));
}

/** Throws `not-found`. */
export function withoutRule(config: WrittenConfig, ids: readonly string[], id: string): WrittenConfig {
  const rules = namedRules(config, ids);
  return withRules(config, rules.toSpliced(indexOf(rules, id), 1));
}

const withRules = (config: WrittenConfig, rules: readonly NamedRule[]): WrittenConfig => ({
  ...config,
  rules: rules.map(({ rule }) => rule),
});

function inserted(rules: readonly NamedRule[], rule: NamedRule, place: RulePlace): NamedRule[] {
  const { position, before, after } = place;
  if ([position, before, after].filter((where) => where !== undefined).length > 1) {
    throw new DomainError('invalid-request', 'The place of the rule is named more than once.', {
      pointer: '/position',
      remedy: 'Send one of `position`, `before` and `after`.',
    });
  }
  if (before !== undefined) return rules.toSpliced(indexOf(rules, before, '/before'), 0, rule);
  if (after !== undefined) return rules.toSpliced(indexOf(rules, after, '/after') + 1, 0, rule);
  return rules.toSpliced(position ?? rules.length, 0, rule);
}

function indexOf(rules: readonly NamedRule[], id: string, pointer?: string): number {
  const index = rules.findIndex((rule) => rule.id === id);
  if (index >= 0) return index;
  const ids = rules.map((rule) => rule.id);
  throw new DomainError('not-found', `The firewall has no rule with the id “${id.slice(0, 64)}”.`, {
    ...(pointer === undefined ? {} : { pointer }),
    remedy: `${didYouMean(id, ids)} A rule without a name gets another id when its meaning changes.`,
  });
}
