/** The simulator's call log as its admin interface answers it. Times are simulated milliseconds since the epoch. */
export interface LoggedCall {
  readonly seq: number;
  readonly method: string;
  readonly originator: string;
  readonly session: string;
  readonly start: number;
  readonly end: number | null;
  readonly outcome: string;
  readonly task: string | null;
  readonly taskEnd: number | null;
  readonly taskOutcome: string | null;
  /** Time spent waiting for something busy, by queue. */
  readonly waits: readonly { readonly queue: string; readonly ms: number }[];
  /** What it held, from when to when. */
  readonly held: readonly { readonly queue: string; readonly from: number; readonly to: number }[];
  /** References in its parameters. */
  readonly objects: readonly string[];
  /** The reference it answered, mostly the object it made. */
  readonly answered: string | null;
}

const ASYNC = 'Async.';

/** The method without its asynchronous form: `Async.VM.clone` is `VM.clone`. */
export function methodOf({ method }: Pick<LoggedCall, 'method'>): string {
  return method.startsWith(ASYNC) ? method.slice(ASYNC.length) : method;
}

/** When its work was over; undefined while it goes on. */
export function findEnd({ task, taskEnd, end }: LoggedCall): number | undefined {
  return (task === null ? end : taskEnd) ?? undefined;
}

export function isDone({ task, taskOutcome, outcome }: LoggedCall): boolean {
  return (task === null ? outcome : taskOutcome) === 'ok';
}

/** Reading the pool's news: neither changes anything nor asks for the state of anything. */
export const isEventRead = ({ method }: LoggedCall): boolean =>
  method === 'event.from' || method === 'event.next' || method === 'event.register';

/** A question about the state of an object or of all of a class: what a client that follows events need not ask. */
export function isPoll({ method }: LoggedCall): boolean {
  return /\.get_\w+$/.test(method) || method.endsWith('.get_all') || method === 'event.inject';
}

/** Keeping the connection itself: logging in and out, and the bulk read right after it belong to no operation. */
export const isSessionCall = ({ method }: LoggedCall): boolean => method.startsWith('session.');

/** A call that changes the pool. */
export const isChange = (call: LoggedCall): boolean =>
  !isEventRead(call) && !isPoll(call) && !isSessionCall(call) && !call.method.startsWith('task.');
