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
  readonly waits: readonly {
    readonly queue: string;
    readonly ms: number;
  }[];
  /** What it held, from when to when. */
  readonly held: readonly {
    readonly queue: string;
    readonly from: number;
    readonly to: number;
  }[];
  /** References in its parameters. */
  readonly objects: readonly string[];
  /** The reference it answered, mostly the object it made. */
  readonly answered: string | null;
}
/** The method without its asynchronous form: `Async.VM.clone` is `VM.clone`. */
export declare function methodOf({ method }: Pick<LoggedCall, 'method'>): string;
/** When its work was over; undefined while it goes on. */
export declare function findEnd({ task, taskEnd, end }: LoggedCall): number | undefined;
export declare function isDone({ task, taskOutcome, outcome }: LoggedCall): boolean;
/** Reading the pool's news: neither changes anything nor asks for the state of anything. */
export declare const isEventRead: ({ method }: LoggedCall) => boolean;
/** A question about the state of an object or of all of a class: what a client that follows events need not ask. */
export declare function isPoll({ method }: LoggedCall): boolean;
/** Keeping the connection itself: logging in and out, and the bulk read right after it belong to no operation. */
export declare const isSessionCall: ({ method }: LoggedCall) => boolean;
/** A call that changes the pool. */
export declare const isChange: (call: LoggedCall) => boolean;
