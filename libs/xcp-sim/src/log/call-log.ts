// Purpose: what was called, when, how long it waited for what and what it held: enough to compute the critical path
// and the use of every slot afterwards. Entries are kept in a ring; counts are exact however long the run.

export interface QueueWait {
  queue: string;
  ms: number;
}

export interface QueueHold {
  queue: string;
  from: number;
  to: number;
}

/** Times are simulated milliseconds. For `Async.` calls `end` is the answer, `taskEnd` the end of the work. */
export interface CallEntry {
  seq: number;
  host: string;
  method: string;
  originator: string;
  session: string;
  start: number;
  end: number | null;
  outcome: string;
  params: string[];
  task: string | null;
  taskEnd: number | null;
  taskOutcome: string | null;
  waits: QueueWait[];
  held: QueueHold[];
  objects: string[];
  /** The reference that the call or its task answered: mostly the object that it made. */
  answered: string | null;
  fault: string | null;
}

const DEFAULT_CAPACITY = 50_000;

export class CallLog {
  private entries: CallEntry[] = [];
  private nextSeq = 1;
  private counts = new Map<string, number>();
  private errors = new Map<string, number>();

  constructor(private readonly capacity = DEFAULT_CAPACITY) {}

  open(
    fields: Pick<CallEntry, 'host' | 'method' | 'originator' | 'session' | 'start' | 'objects'>,
  ): CallEntry {
    const entry: CallEntry = {
      ...fields,
      seq: this.nextSeq,
      end: null,
      outcome: 'pending',
      params: [],
      task: null,
      taskEnd: null,
      taskOutcome: null,
      waits: [],
      held: [],
      answered: null,
      fault: null,
    };
    this.nextSeq += 1;
    this.counts.set(entry.method, (this.counts.get(entry.method) ?? 0) + 1);
    this.entries.push(entry);
    // Cutting in big pieces keeps the ring cheap: one copy every capacity/10 calls.
    if (this.entries.length > this.capacity * 1.1) this.entries = this.entries.slice(-this.capacity);
    return entry;
  }

  close(entry: CallEntry, at: number, outcome: string, params: readonly string[] = []): void {
    entry.end = at;
    entry.outcome = outcome;
    entry.params = [...params];
    if (outcome !== 'ok') this.errors.set(outcome, (this.errors.get(outcome) ?? 0) + 1);
  }

  closeTask(entry: CallEntry, at: number, outcome: string): void {
    entry.taskEnd = at;
    entry.taskOutcome = outcome;
    if (outcome !== 'ok') this.errors.set(outcome, (this.errors.get(outcome) ?? 0) + 1);
  }

  /** Number of the newest entry; 0 before the first. */
  get lastSeq(): number {
    return this.nextSeq - 1;
  }

  /** Entries with a sequence number above `after`, oldest first, at most `limit`. */
  list(after = 0, limit = Number.POSITIVE_INFINITY): readonly CallEntry[] {
    const first = this.entries[0]?.seq ?? 0;
    const from = Math.max(0, after + 1 - first);
    return this.entries.slice(from, limit === Number.POSITIVE_INFINITY ? undefined : from + limit);
  }

  /** Exact number of calls per method since the last reset. */
  callsPerMethod(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.counts].toSorted(byName));
  }

  errorsPerCode(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.errors].toSorted(byName));
  }

  reset(): void {
    this.entries = [];
    this.counts = new Map();
    this.errors = new Map();
  }
}

function byName(a: readonly [string, number], b: readonly [string, number]): number {
  return a[0].localeCompare(b[0]);
}
