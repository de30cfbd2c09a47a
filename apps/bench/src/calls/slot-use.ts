/** How many servers a second a pool can start at most under a backlog, from the calls of a steady stretch of it. */
import { findEnd, isDone, methodOf, type LoggedCall } from './call-log.js';
import { holdsOf, serviceOf } from './deployment-graph.js';
import { mean } from '../statistics.js';

export interface Saturation {
  /** Servers started in a simulated second of the stretch. */
  readonly rate: number;
  /** What the slots allow in a simulated second. */
  readonly bound: number;
  /** Which slots: `start slots` or the name of the queue. */
  readonly because: string;
  /** Length of the stretch, simulated seconds. */
  readonly seconds: number;
  readonly servers: number;
}

export interface StartSlots {
  readonly hosts: number;
  /** Servers that start on one host at the same time. */
  readonly perHost: number;
}

const SECOND_MS = 1000;
/** The backlog is steady after its first and before its last fifth. */
const STEADY = { from: 0.2, to: 0.8 } as const;

const endOf = (call: LoggedCall): number => findEnd(call) ?? 0;

/**
 * The bound is min(hosts × start slots ÷ mean start time, 1 ÷ mean hold of a server for every queue that admits one
 * clone at a time). Throws RangeError when fewer than ten servers started.
 */
export function saturation(log: readonly LoggedCall[], slots: StartSlots): Saturation {
  const ended = log.filter(isDone).toSorted((a, b) => endOf(a) - endOf(b));
  const starts = ended.filter((call) => methodOf(call) === 'VM.start_on' || methodOf(call) === 'VM.start');
  const first = starts[Math.floor(starts.length * STEADY.from)];
  const last = starts[Math.floor(starts.length * STEADY.to)];
  if (starts.length < 10 || first === undefined || last === undefined) throw new RangeError('too few starts');
  const [from, to] = [endOf(first), endOf(last)];
  const within = (call: LoggedCall): boolean => endOf(call) > from && endOf(call) <= to;
  const started = starts.filter(within);
  const seconds = (to - from) / SECOND_MS;
  const startBound = {
    bound: (slots.hosts * slots.perHost * SECOND_MS) / mean(started.map(serviceOf)),
    because: 'start slots',
  };
  const clones = ended.filter((call) => methodOf(call) === 'VM.clone' && within(call));
  const { bound, because } = cloneBounds(clones).reduce(
    (least, other) => (other.bound < least.bound ? other : least),
    startBound,
  );
  return { rate: started.length / seconds, bound, because, seconds, servers: started.length };
}

function cloneBounds(clones: readonly LoggedCall[]): readonly { bound: number; because: string }[] {
  const heldMs = new Map<string, number>();
  for (const clone of clones)
    for (const { queue, ms } of holdsOf(clone)) heldMs.set(queue, (heldMs.get(queue) ?? 0) + ms);
  return [...heldMs].map(([because, ms]) => ({ because, bound: (clones.length * SECOND_MS) / ms }));
}
