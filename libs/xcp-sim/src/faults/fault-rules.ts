// Purpose: faults on request. A rule says which calls it hits, how often, and what happens to them.
import type { FaultEffect } from './fault-effects.js';
import type { SeededRandom } from '../random/seeded-random.js';

export type { FaultEffect } from './fault-effects.js';

export interface FaultRule {
  /** Exact method name; with `Async.` it hits only the asynchronous form, without it both. `*` hits everything. */
  method: string;
  /**
   * Only calls that name this object (reference or UUID) in a parameter; of a host also those whose work it executes,
   * whoever chose it.
   */
  object?: string;
  /** Skip the first n-1 matching calls. Default 1. */
  nth?: number;
  /** Hit at most this many calls. Default: no end. */
  count?: number;
  /** Chance of each matching call to be hit, 0–1. Default 1. */
  probability?: number;
  effect: FaultEffect;
}

interface ActiveRule {
  id: number;
  rule: FaultRule;
  matched: number;
  hits: number;
}

/** What a call looks like to the rules. */
export interface FaultProbe {
  method: string;
  objects: readonly string[];
}

export class FaultRules {
  private rules: ActiveRule[] = [];
  private nextId = 1;

  constructor(private readonly random: SeededRandom) {}

  /** Adds a rule; the result removes it. @throws RangeError for impossible numbers */
  add(rule: FaultRule): { id: number; remove(): void } {
    checkRule(rule);
    const active = { id: this.nextId, rule, matched: 0, hits: 0 };
    this.nextId += 1;
    this.rules.push(active);
    return {
      id: active.id,
      remove: () => void (this.rules = this.rules.filter((other) => other !== active)),
    };
  }

  /** Removes one rule. False if there is none of this number. */
  remove(id: number): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((active) => active.id !== id);
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
  }

  list(): readonly { id: number; rule: FaultRule; hits: number }[] {
    return this.rules.map(({ id, rule, hits }) => ({ id, rule, hits }));
  }

  /** The effect for this call, or undefined. Rules are tried in the order in which they were added. */
  hit(probe: FaultProbe): FaultEffect | undefined {
    for (const active of this.rules) {
      if (this.applies(active, probe)) {
        active.hits += 1;
        return active.rule.effect;
      }
    }
    return undefined;
  }

  /** The effect for work that a host is about to execute: only rules that name the host. */
  hitExecutor(method: string, host: readonly string[]): FaultEffect | undefined {
    const naming = this.rules.filter(({ rule }) => rule.object !== undefined && host.includes(rule.object));
    const active = naming.find((candidate) => this.applies(candidate, { method, objects: host }));
    if (active === undefined) return undefined;
    active.hits += 1;
    return active.rule.effect;
  }

  private applies(active: ActiveRule, probe: FaultProbe): boolean {
    const { method, object, nth = 1, count = Number.POSITIVE_INFINITY, probability = 1 } = active.rule;
    const plain = probe.method.replace(/^Async\./, '');
    if (method !== '*' && method !== probe.method && method !== plain) return false;
    if (object !== undefined && !probe.objects.includes(object)) return false;
    active.matched += 1;
    if (active.matched < nth || active.hits >= count) return false;
    return probability >= 1 || this.random.next() < probability;
  }
}

function checkRule(rule: FaultRule): void {
  const { nth = 1, count = 1, probability = 1 } = rule;
  if (!Number.isInteger(nth) || nth < 1) throw new RangeError(`nth must be a whole number ≥ 1, got ${nth}`);
  if (count < 1) throw new RangeError(`count must be ≥ 1, got ${count}`);
  if (!(probability > 0 && probability <= 1))
    throw new RangeError(`probability must be in (0, 1], got ${probability}`);
}
