/**
 * A call that makes an object and carries nothing but a name (XenAPI VM.clone), under crashes, lost and late calls, and
 * workers that follow each other. What is modelled is what `settle.ts`, the journal and `removeTwins` of the driver do:
 *
 *   intent committed ─► call sent ─► task in the pool ─► object appears ─► answer ─► result committed ─► configured ─► runs
 *            ▲                                                     │
 *            └──────── settle: task pending? wait · two objects? drop one that never ran · one? done · none? again
 *
 * Assumed, and written down where the code relies on it:
 *   - a task that is pending is seen by every look at the tasks (XenAPI task.get_all_records);
 *   - a call that was sent arrives before the next owner looks, or never (`ownership.ts` stops acting well before the
 *     lease ends and aborts what is under way). `calls: 'late'` takes this away: then a template may be left, which never
 *     ran and never will; the survey of the pool shows it as a twin.
 */
import type { Model, Step } from './explore.js';

export interface CreateOnce {
  readonly journal: 'none' | 'open' | 'done';
  /** Which owner, 0, 1 …; and what it is at. `settling`: it found an open intent. */
  readonly owner: number;
  readonly at:
    | 'planning'
    | 'sending'
    | 'waiting'
    | 'settling'
    | 'looked'
    | 'configuring'
    | 'starting'
    | 'finished'
    | 'parked'
    | 'dead';
  /** Calls on their way, by the owner that sent them. */
  readonly calls: readonly number[];
  /** Tasks in the pool. */
  readonly tasks: number;
  /** Objects of the name, the furthest first. */
  readonly objects: readonly ('template' | 'configured' | 'running')[];
  readonly answered: 'no' | 'yes' | 'lost';
  readonly crashes: number;
  readonly losses: number;
}

export interface CreateOnceRules {
  readonly calls: 'in-time' | 'late';
  /** Mistakes that the explorer must find. */
  readonly mistake?: 'no-intent' | 'no-look-at-tasks' | 'repeat-without-settling';
}

const LIMIT = { crashes: 2, losses: 1 };
const RANK = { template: 0, configured: 1, running: 2 } as const;

export function createOnce(rules: CreateOnceRules): Model<CreateOnce> {
  return {
    initial: {
      journal: 'none',
      owner: 0,
      at: 'planning',
      calls: [],
      tasks: 0,
      objects: [],
      answered: 'no',
      crashes: 0,
      losses: 0,
    },
    steps: (state) => [...ownerSteps(state, rules), ...poolSteps(state), ...faults(state, rules)],
    broken: ({ objects, at }) => {
      if (objects.filter((object) => object === 'running').length > 1) return 'two servers run for one part';
      if (at === 'finished' && objects.length === 0) return 'recorded as there, but it is not';
      if (at !== 'finished') return undefined;
      const strays = objects.slice(1);
      const isHarmless = rules.calls === 'late' && strays.every((stray) => stray === 'template');
      if (strays.length > 0 && !isHarmless) return 'an object too many is left';
      return undefined;
    },
    isSettled: ({ at, calls, tasks }) =>
      (at === 'finished' || at === 'parked') && calls.length === 0 && tasks === 0,
  };
}

const work = (event: string, next: CreateOnce): Step<CreateOnce> => ({ event, kind: 'work', next });
const fault = (event: string, next: CreateOnce): Step<CreateOnce> => ({ event, kind: 'fault', next });

function ownerSteps(s: CreateOnce, { mistake }: CreateOnceRules): Step<CreateOnce>[] {
  switch (s.at) {
    case 'planning':
      if (s.journal === 'done') return [work('goes on after the record', { ...s, at: 'configuring' })];
      if (s.journal === 'open' && mistake !== 'repeat-without-settling')
        return [work('finds the open intent', { ...s, at: 'settling' })];
      return [
        work('commits the intent', {
          ...s,
          journal: mistake === 'no-intent' ? s.journal : 'open',
          at: 'sending',
        }),
      ];
    case 'sending':
      return [work('sends the call', { ...s, calls: [...s.calls, s.owner], at: 'waiting', answered: 'no' })];
    case 'waiting':
      if (s.answered === 'yes')
        return [work('records the result', { ...s, journal: 'done', at: 'configuring' })];
      return s.answered === 'lost' ? [work('hears of the lost answer', { ...s, at: 'settling' })] : [];
    case 'settling':
      if (s.tasks > 0 && mistake !== 'no-look-at-tasks') return [];
      return [work('sees no task', { ...s, at: 'looked' })];
    case 'looked':
      return settleByObjects(s);
    case 'configuring': {
      const [first, ...others] = s.objects;
      if (first === undefined) return [work('misses what was recorded', { ...s, at: 'parked' })];
      const next = RANK[first] < RANK.configured ? 'configured' : first;
      return [work('configures it', { ...s, objects: [next, ...others], at: 'starting' })];
    }
    case 'starting':
      return start(s);
    case 'finished':
    case 'parked':
    case 'dead':
      return [];
  }
}

/** Twins: one that never was worked on goes; two that were are for a person. */
function settleByObjects(s: CreateOnce): Step<CreateOnce>[] {
  const [first, second, ...others] = s.objects;
  if (second !== undefined) {
    if (second !== 'template') return [work('finds two that were worked on', { ...s, at: 'parked' })];
    return [work('removes the twin', { ...s, objects: [first ?? 'template', ...others] })];
  }
  if (first === undefined)
    return [work('sees that nothing happened', { ...s, journal: 'none', at: 'planning' })];
  return [work('sees that it is there', { ...s, journal: 'done', at: 'configuring' })];
}

/** Working on either of two is refused: the way goes through settling. */
function start(s: CreateOnce): Step<CreateOnce>[] {
  if (s.objects.length > 1) return [work('refuses to start one of two', { ...s, at: 'settling' })];
  const [first, ...others] = s.objects;
  if (first === undefined) return [];
  return [work('starts it', { ...s, objects: ['running', ...others], at: 'finished' })];
}

function poolSteps(s: CreateOnce): Step<CreateOnce>[] {
  const steps: Step<CreateOnce>[] = [];
  for (const [index] of s.calls.entries())
    steps.push(work('the call arrives', { ...s, calls: s.calls.toSpliced(index, 1), tasks: s.tasks + 1 }));
  if (s.tasks > 0) {
    const objects = [...s.objects, 'template' as const].toSorted((a, b) => RANK[b] - RANK[a]);
    const answered = s.at === 'waiting' ? 'yes' : s.answered;
    steps.push(work('the object appears', { ...s, tasks: s.tasks - 1, objects, answered }));
    if (s.losses < LIMIT.losses && s.at === 'waiting')
      steps.push(
        fault('the object appears, its answer is lost', {
          ...s,
          tasks: s.tasks - 1,
          objects,
          answered: 'lost',
          losses: s.losses + 1,
        }),
      );
  }
  return steps;
}

function faults(s: CreateOnce, rules: CreateOnceRules): Step<CreateOnce>[] {
  const steps: Step<CreateOnce>[] = [];
  const isAtWork = s.at !== 'finished' && s.at !== 'parked' && s.at !== 'dead';
  if (s.crashes < LIMIT.crashes && isAtWork) {
    const next = {
      ...s,
      owner: s.owner + 1,
      at: 'planning' as const,
      answered: 'no' as const,
      crashes: s.crashes + 1,
    };
    // The lease runs out first: by then a call has arrived or never will.
    const arrived = { ...next, calls: [], tasks: s.tasks + s.calls.length };
    const never = { ...next, calls: [] };
    if (rules.calls === 'late') steps.push(fault('the owner dies, the next one begins', next));
    else
      steps.push(
        fault('the owner dies, what it sent arrives', arrived),
        fault('the owner dies, what it sent is lost', never),
      );
  }
  if (s.losses < LIMIT.losses && s.at === 'waiting' && s.calls.length > 0)
    steps.push(fault('the call is lost', { ...s, calls: [], answered: 'lost', losses: s.losses + 1 }));
  return steps;
}
