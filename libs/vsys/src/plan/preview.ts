/**
 * The whole way from an observation to the spec, by iterating the same functions that the engine runs. What a user is shown as
 * plan is therefore what will be done, as long as nothing else happens.
 */
import { DomainError } from '../errors.js';
import type { VsysSpec } from '../spec/vsys-spec.js';
import type { Action, ActionKey, ActionKind } from './action.js';
import { actionKey } from './action.js';
import { isPending, waitsForAll } from './actions/farewell.js';
import { ruleOf } from './actions/registry.js';
import { Ancestry } from './ancestry.js';
import { dueIn } from './next-actions.js';
import type { ObservedVsys } from './observed.js';
import { namesOf, titleOf } from './predict.js';
import { predictAll } from './predict-all.js';
import { indexSpec } from './spec-index.js';
import { worldOf } from './world.js';

export interface PlanGraph {
  /** In an order in which they can be done one after the other. */
  readonly steps: readonly PlanStep[];
  readonly totalSteps: number;
  /**
   * End of the last step in ms, when every step starts as soon as those before it are done and the pool does what it can only do one
   * at a time (clones of one image, new disks of one storage) in the order of the steps. A pool with other work takes longer.
   */
  readonly estimateMs: number;
}

export interface PlanStep {
  /** Unique in the plan: no action is done twice. */
  readonly id: ActionKey;
  readonly action: Action;
  readonly title: string;
  /** The steps that make this one possible, without those that they need themselves. */
  readonly dependsOn: readonly ActionKey[];
  /** Steps of one wave can be done at the same time; counted from 0. */
  readonly wave: number;
  readonly estimateMs: number;
  /** Earliest start after the plan's begin, in ms. */
  readonly startsAtMs: number;
}

export interface PreviewOptions {
  /** Learnt durations in ms; kinds that are missing use the built-in figures. */
  readonly estimates?: Partial<Record<ActionKind, number>>;
  /** Names of parts that the spec no longer has, for titles of their removal; usually the previous spec. */
  readonly previous?: VsysSpec;
}

/** What will be done, in which order. Throws `internal` when the rules contradict each other (never seen; see the laws). */
export function preview(spec: VsysSpec, observed: ObservedVsys, options: PreviewOptions = {}): PlanGraph {
  const wanted = indexSpec(spec);
  const begin = worldOf(spec, observed, wanted);
  const names = new Map([...(options.previous ? namesOf(options.previous) : []), ...namesOf(spec)]);
  const draft = new Draft((action) => options.estimates?.[action.kind] ?? builtInMs(action));
  /** What farewells wait for: the steps so far that bring the system nearer to what is wanted. */
  const pending: ActionKey[] = [];
  let now = observed;
  for (let wave = 0; ; wave++) {
    const world = wave === 0 ? begin : worldOf(spec, now, wanted);
    const due = dueIn(world);
    if (due.length === 0) return draft.finish();
    const drafted = due.map((action) => ({
      action,
      title: titleOf(action, names),
      after: [...ruleOf(action.kind).after(action, begin), ...(waitsForAll(world, action) ? pending : [])],
    }));
    draft.addWave(wave, drafted);
    pending.push(...due.filter((action) => isPending(world, action)).map(actionKey));
    now = predictAll(now, due);
  }
}

function builtInMs(action: Action): number {
  const rule = ruleOf(action.kind);
  return rule.estimateMs + (rule.pauseMs?.(action) ?? 0);
}

class Draft {
  private readonly steps: PlanStep[] = [];
  private readonly numberOf = new Map<ActionKey, number>();
  private readonly ancestry = new Ancestry();
  /** When each thing that is done one at a time is free again, in ms. */
  private readonly freeAt = new Map<string, number>();

  constructor(private readonly estimate: (action: Action) => number) {}

  addWave(
    wave: number,
    drafts: readonly { action: Action; title: string; after: readonly ActionKey[] }[],
  ): void {
    // Looked up before any step of this wave is known: steps of one wave do not wait for each other.
    const parents = drafts.map(({ after }) => after.flatMap((key) => this.numberOf.get(key) ?? []));
    drafts.forEach(({ action, title }, i) => this.add(action, title, wave, parents[i] ?? []));
  }

  finish(): PlanGraph {
    const ends = this.steps.map(({ startsAtMs, estimateMs }) => startsAtMs + estimateMs);
    return {
      steps: this.steps,
      totalSteps: this.steps.length,
      estimateMs: ends.reduce((latest, end) => Math.max(latest, end), 0),
    };
  }

  private add(action: Action, title: string, wave: number, parents: readonly number[]): void {
    const id = actionKey(action);
    if (this.numberOf.has(id)) throw goesInCircles(id);
    const needed = this.ancestry.add(parents).flatMap((n) => this.steps[n] ?? []);
    const estimateMs = this.estimate(action);
    this.numberOf.set(id, this.steps.length);
    this.steps.push({
      id,
      action,
      title,
      dependsOn: needed.map((step) => step.id),
      wave,
      estimateMs,
      startsAtMs: this.startOf(action, needed, estimateMs),
    });
  }

  private startOf(action: Action, needed: readonly PlanStep[], estimateMs: number): number {
    const queue = ruleOf(action.kind).queue?.(action);
    const free = queue === undefined ? 0 : (this.freeAt.get(queue) ?? 0);
    const start = needed.reduce((latest, step) => Math.max(latest, step.startsAtMs + step.estimateMs), free);
    if (queue !== undefined) this.freeAt.set(queue, start + estimateMs);
    return start;
  }
}

function goesInCircles(key: ActionKey): DomainError {
  return new DomainError('internal', 'The plan for this system would go in circles.', {
    remedy: 'Report this together with the request id; nothing was changed.',
    details: { step: key },
  });
}
