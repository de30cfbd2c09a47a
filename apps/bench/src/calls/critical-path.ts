/**
 * How long a pool needs for a set of calls, whoever sends them: what a deployment is measured against.
 *
 *   head ──► [ service of the call: lead │ hold of a queue │ rest ] ──► tail
 *
 * Each call takes its service time (its time in the pool without any waiting), begins after the calls it depends on, and
 * holds queues for a part of it. Two numbers, neither of which contains anything of ours:
 *
 * `criticalPath`: the calls begin as early as they can, and every exclusive queue serves them in the order in which it
 * really served them. What is longer than that is time in which the pool had nothing to do although there was work.
 *
 * `lowerBound`: no order is given, so it is as if everybody knew beforehand how long every call will take. The largest of
 *   1. the longest chain of dependent calls;
 *   2. for every queue of capacity c and every set of its users that cannot get to it before `head` and have at least
 *      `tail` to do after it: head + (sum of their holds) ÷ c + tail.
 * No schedule whatsoever is faster; mostly none is that fast.
 */

export interface QueueHold {
  readonly queue: string;
  /** Service time of the call before it takes the queue, ms. */
  readonly leadMs: number;
  readonly ms: number;
  /** When it was really taken, simulated ms: the order of the queue. */
  readonly takenAt: number;
}

export interface PathCall {
  readonly id: number;
  readonly method: string;
  /** Without waiting, ms. */
  readonly serviceMs: number;
  readonly holds: readonly QueueHold[];
  /** Calls that must be over before it begins. */
  readonly after: readonly number[];
}

export interface LowerBound {
  readonly ms: number;
  /** What makes it that long: `chain` or the name of a queue. */
  readonly because: string;
}

export interface CriticalPath {
  readonly ms: number;
  /** The calls on it, first one first. */
  readonly path: readonly PathCall[];
}

interface Use {
  readonly headMs: number;
  readonly holdMs: number;
  readonly tailMs: number;
}

/** Queues are exclusive unless `isExclusive` says otherwise. Throws RangeError when calls depend on each other in a circle. */
export function criticalPath(
  calls: readonly PathCall[],
  isExclusive: (queue: string) => boolean,
): CriticalPath {
  const order = inOrder(calls);
  const waits = [...dependencies(order), ...queueOrder(order, isExclusive)];
  const begins = new Map(order.map(({ id }) => [id, { ms: 0, because: undefined as PathCall | undefined }]));
  // Each pass settles at least one more call of the longest path, so a real log is done after a few of them.
  for (let pass = 0, changed = true; changed; pass += 1) {
    if (pass > order.length) throw new RangeError('queues and dependencies contradict each other');
    changed = false;
    for (const { before, gapMs, call } of waits) {
      const earliest = (begins.get(before.id)?.ms ?? 0) + gapMs;
      if (earliest <= (begins.get(call.id)?.ms ?? 0)) continue;
      begins.set(call.id, { ms: earliest, because: before });
      changed = true;
    }
  }
  const endOf = (call: PathCall): number => (begins.get(call.id)?.ms ?? 0) + call.serviceMs;
  let last = order.toSorted((a, b) => endOf(b) - endOf(a))[0];
  const ms = last === undefined ? 0 : endOf(last);
  const path: PathCall[] = [];
  for (; last !== undefined; last = begins.get(last.id)?.because) path.unshift(last);
  return { ms, path };
}

/** `call` begins at least `gapMs` after `before` began; the gap may be negative. */
interface Wait {
  readonly before: PathCall;
  readonly call: PathCall;
  readonly gapMs: number;
}

function dependencies(order: readonly PathCall[]): readonly Wait[] {
  const byId = new Map(order.map((call) => [call.id, call]));
  return order.flatMap((call) =>
    call.after.flatMap((id) => {
      const before = byId.get(id);
      return before === undefined ? [] : [{ before, call, gapMs: before.serviceMs }];
    }),
  );
}

function queueOrder(order: readonly PathCall[], isExclusive: (queue: string) => boolean): readonly Wait[] {
  const users = new Map<string, { readonly call: PathCall; readonly hold: QueueHold }[]>();
  for (const call of order)
    for (const hold of call.holds)
      if (isExclusive(hold.queue)) users.set(hold.queue, [...(users.get(hold.queue) ?? []), { call, hold }]);
  return [...users.values()].flatMap((queue) => {
    const served = queue.toSorted((a, b) => a.hold.takenAt - b.hold.takenAt);
    return served.slice(1).flatMap(({ call, hold }, index) => {
      const first = served[index];
      if (first === undefined) return [];
      return [{ before: first.call, call, gapMs: first.hold.leadMs + first.hold.ms - hold.leadMs }];
    });
  });
}

/** Throws RangeError when calls depend on each other in a circle. */
export function lowerBound(calls: readonly PathCall[], capacityOf: (queue: string) => number): LowerBound {
  const order = inOrder(calls);
  const heads = longestBefore(order);
  const tails = longestAfter(order);
  let bound: { ms: number; because: string } = { ms: 0, because: 'chain' };
  for (const { id, serviceMs } of order) {
    bound = larger(bound, { ms: at(heads, id) + serviceMs, because: 'chain' });
  }
  for (const [queue, uses] of usesByQueue(order, heads, tails)) {
    bound = larger(bound, { ms: queueBound(uses, capacityOf(queue)), because: queue });
  }
  return bound;
}

function larger<T extends { readonly ms: number }>(a: T, b: T): T {
  return b.ms > a.ms ? b : a;
}

function at(times: ReadonlyMap<number, number>, id: number): number {
  return times.get(id) ?? 0;
}

/** Every call after those it depends on. */
function inOrder(calls: readonly PathCall[]): readonly PathCall[] {
  const byId = new Map(calls.map((call) => [call.id, call]));
  const state = new Map<number, 'open' | 'done'>();
  const order: PathCall[] = [];
  const visit = (call: PathCall): void => {
    if (state.get(call.id) === 'done') return;
    if (state.get(call.id) === 'open') throw new RangeError(`call ${call.id} depends on itself`);
    state.set(call.id, 'open');
    for (const id of call.after) {
      const before = byId.get(id);
      if (before !== undefined) visit(before);
    }
    state.set(call.id, 'done');
    order.push(call);
  };
  for (const call of calls) visit(call);
  return order;
}

function longestBefore(order: readonly PathCall[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const heads = new Map<number, number>();
  for (const { id, after, serviceMs } of order) {
    const head = after.reduce((latest, before) => Math.max(latest, at(ends, before)), 0);
    heads.set(id, head);
    ends.set(id, head + serviceMs);
  }
  return heads;
}

function longestAfter(order: readonly PathCall[]): ReadonlyMap<number, number> {
  const tails = new Map<number, number>();
  for (const { id, after, serviceMs } of order.toReversed()) {
    const own = at(tails, id) + serviceMs;
    for (const before of after) tails.set(before, Math.max(at(tails, before), own));
  }
  return tails;
}

function usesByQueue(
  order: readonly PathCall[],
  heads: ReadonlyMap<number, number>,
  tails: ReadonlyMap<number, number>,
): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  for (const { id, serviceMs, holds } of order) {
    for (const { queue, leadMs, ms } of holds) {
      const restMs = Math.max(0, serviceMs - leadMs - ms);
      const use = { headMs: at(heads, id) + leadMs, holdMs: ms, tailMs: restMs + at(tails, id) };
      uses.set(queue, [...(uses.get(queue) ?? []), use]);
    }
  }
  return uses;
}

/** The largest head + holds ÷ capacity + tail over all sets `{head ≥ h, tail ≥ t}` of the users. */
function queueBound(uses: readonly Use[], capacity: number): number {
  const byTail = uses.toSorted((a, b) => b.tailMs - a.tailMs);
  let bound = 0;
  for (const { headMs } of uses) {
    let sum = 0;
    for (const use of byTail) {
      if (use.headMs < headMs) continue;
      sum += use.holdMs;
      bound = Math.max(bound, headMs + sum / capacity + use.tailMs);
    }
  }
  return bound;
}
