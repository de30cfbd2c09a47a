/**
 * The lease of a pool and what it fences, with clocks that run and messages that take time. What is modelled is
 * `ownership.ts` and the fence of every write:
 *
 *   asks at a ─► granted at g ≥ a until g + lease, with the next epoch ─► acts while its own clock is before a + acting
 *
 * Counting from the moment of asking keeps the owner's deadline before the database's end, however long the answer took.
 * Assumed: clocks run equally fast (they need not show the same time); the database grants one lease at a time.
 */
import type { Model, Step } from './explore.js';

interface WorkerState {
  /** Asked at this time and not answered yet. */
  readonly askedAt: number | null;
  /** The answer under way: what the database granted. */
  readonly granted: { readonly epoch: number; readonly askedAt: number } | null;
  readonly epoch: number | null;
  readonly actUntil: number;
  /** A write that was decided on while it might act, on its way to the database. */
  readonly writing: number | null;
}

export interface LeaseState {
  readonly now: number;
  readonly lease: { readonly owner: number; readonly epoch: number; readonly until: number };
  readonly workers: readonly WorkerState[];
  /** The highest epoch that wrote, and whether an older one wrote after it. */
  readonly lastWrite: number;
  readonly wroteAfterNewer: boolean;
}

export interface LeaseRules {
  readonly mistake?: 'no-fence' | 'deadline-from-answer' | 'grant-before-end';
}

const TIME = 6;
const LEASE = 3;
const ACTING = 2;
const IDLE: WorkerState = { askedAt: null, granted: null, epoch: null, actUntil: 0, writing: null };

export function lease(rules: LeaseRules = {}): Model<LeaseState> {
  return {
    initial: {
      now: 0,
      lease: { owner: -1, epoch: 0, until: 0 },
      workers: [IDLE, IDLE],
      lastWrite: 0,
      wroteAfterNewer: false,
    },
    steps: (state) => [...clock(state), ...[0, 1].flatMap((index) => workerSteps(state, index, rules))],
    broken: (state) => {
      const acting = state.workers.filter(({ epoch, actUntil }) => epoch !== null && state.now < actUntil);
      if (acting.length > 1) return 'two workers may act on one pool';
      if (state.wroteAfterNewer) return 'an older owner wrote after a newer one';
      return undefined;
    },
    isSettled: ({ now }) => now === TIME,
  };
}

const work = (event: string, next: LeaseState): Step<LeaseState> => ({ event, kind: 'work', next });

const clock = (s: LeaseState): Step<LeaseState>[] =>
  s.now < TIME ? [work('time passes', { ...s, now: s.now + 1 })] : [];

function workerSteps(s: LeaseState, index: number, { mistake }: LeaseRules): Step<LeaseState>[] {
  const worker = s.workers[index];
  if (worker === undefined) return [];
  const name = `worker ${index + 1}`;
  const change = (changes: Partial<WorkerState>, rest: Partial<LeaseState> = {}): LeaseState => ({
    ...s,
    ...rest,
    workers: s.workers.with(index, { ...worker, ...changes }),
  });
  const steps: Step<LeaseState>[] = [];
  if (worker.askedAt === null && worker.granted === null)
    steps.push(work(`${name} asks for the lease`, change({ askedAt: s.now })));
  if (worker.askedAt !== null)
    steps.push(work(`${name} is answered by the database`, answered(s, worker, index, mistake, change)));
  if (worker.granted !== null) {
    const { epoch, askedAt } = worker.granted;
    const from = mistake === 'deadline-from-answer' ? s.now : askedAt;
    const actUntil = Math.max(worker.actUntil, from + ACTING);
    steps.push(work(`${name} hears that it owns`, change({ granted: null, epoch, actUntil })));
  }
  if (worker.epoch !== null && s.now < worker.actUntil && worker.writing === null)
    steps.push(work(`${name} decides to write`, change({ writing: worker.epoch })));
  if (worker.writing !== null)
    steps.push(work(`${name}’s write arrives`, written(s, worker.writing, mistake, change)));
  if (worker !== IDLE)
    steps.push({ event: `${name} dies`, kind: 'fault', next: change({ ...IDLE, writing: worker.writing }) });
  return steps;
}

type Change = (changes: Partial<WorkerState>, rest?: Partial<LeaseState>) => LeaseState;

function answered(
  s: LeaseState,
  { askedAt }: WorkerState,
  index: number,
  mistake: LeaseRules['mistake'],
  change: Change,
): LeaseState {
  const isFree = s.now >= s.lease.until - (mistake === 'grant-before-end' ? 2 : 0);
  const isOwn = s.lease.owner === index && s.now < s.lease.until;
  if (askedAt === null || (!isFree && !isOwn)) return change({ askedAt: null });
  const epoch = isOwn ? s.lease.epoch : s.lease.epoch + 1;
  return change(
    { askedAt: null, granted: { epoch, askedAt } },
    { lease: { owner: index, epoch, until: s.now + LEASE } },
  );
}

/** The fence: a write names its epoch, the database takes it only while that is the newest. */
function written(s: LeaseState, epoch: number, mistake: LeaseRules['mistake'], change: Change): LeaseState {
  const isTaken = mistake === 'no-fence' || epoch === s.lease.epoch;
  if (!isTaken) return change({ writing: null });
  return change(
    { writing: null },
    { lastWrite: Math.max(s.lastWrite, epoch), wroteAfterNewer: s.wroteAfterNewer || epoch < s.lastWrite },
  );
}
