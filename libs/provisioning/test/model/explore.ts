/**
 * Visits every state that a small model can get into, breadth first, so that what it finds is the shortest story.
 *
 *   safety    nothing that must hold is broken in any state
 *   liveness  from every state, what was asked can still be settled without a further fault
 */
export interface Model<State> {
  readonly initial: State;
  /** All that may happen next. States are plain data: two are the same when their JSON is. */
  steps(state: State): Iterable<Step<State>>;
  /** What must hold and does not. */
  broken(state: State): string | undefined;
  /** Nothing is left to do. */
  isSettled(state: State): boolean;
}

export interface Step<State> {
  readonly event: string;
  /** Faults happen as often as the model lets them, but liveness never counts on one. */
  readonly kind: 'work' | 'fault';
  readonly next: State;
}

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /** The first state that breaks a rule, or from which nothing leads to an end. */
  readonly found: { readonly problem: string; readonly story: readonly string[] } | undefined;
}

interface Visited<State> {
  readonly state: State;
  readonly from: string | undefined;
  readonly event: string;
}

/** Bounded: a model that does not end is a mistake of the model. */
const MOST_STATES = 2_000_000;

export function explore<State>(model: Model<State>): Exploration {
  const visited = new Map<string, Visited<State>>();
  const workInto = new Map<string, string[]>();
  const settled: string[] = [];
  let steps = 0;
  const enter = (state: State, from: string | undefined, event: string): string => {
    const key = JSON.stringify(state);
    if (!visited.has(key)) {
      visited.set(key, { state, from, event });
      if (visited.size > MOST_STATES) throw new RangeError(`more than ${MOST_STATES} states`);
    }
    return key;
  };
  enter(model.initial, undefined, 'start');
  // A Map is walked in the order of insertion, also what is inserted on the way: breadth first.
  for (const [key, { state }] of visited) {
    const problem = model.broken(state);
    if (problem !== undefined)
      return { states: visited.size, steps, found: { problem, story: storyOf(visited, key) } };
    if (model.isSettled(state)) settled.push(key);
    for (const { event, kind, next } of model.steps(state)) {
      steps += 1;
      const into = enter(next, key, event);
      if (kind === 'work') workInto.set(into, [...(workInto.get(into) ?? []), key]);
    }
  }
  const stuck = firstStuck(visited, settled, workInto);
  return {
    states: visited.size,
    steps,
    found:
      stuck === undefined
        ? undefined
        : { problem: 'nothing leads to an end', story: storyOf(visited, stuck) },
  };
}

/** The first state from which no work leads to a settled one. */
function firstStuck(
  visited: ReadonlyMap<string, unknown>,
  settled: readonly string[],
  workInto: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const live = new Set(settled);
  for (const key of live) for (const before of workInto.get(key) ?? []) live.add(before);
  for (const key of visited.keys()) if (!live.has(key)) return key;
  return undefined;
}

function storyOf<State>(visited: ReadonlyMap<string, Visited<State>>, last: string): readonly string[] {
  const story: string[] = [];
  for (let key: string | undefined = last; key !== undefined;) {
    const step = visited.get(key);
    if (step === undefined) break;
    story.unshift(step.event);
    key = step.from;
  }
  return story;
}
