// Purpose: what the parts of a pool offer each other: calls in progress, tasks, sessions, events.
import type { Identity } from '../sessions/identity.js';
import type { Row } from '../database/row.js';
import type { XenFailure } from './failure.js';
import type { XenMap, XenValue } from '../datamodel/xen-value.js';
import type { XenType } from '../datamodel/type-expression.js';

/** A call as those see it who make it wait or end. */
export interface CallScope {
  readonly signal: AbortSignal;
  readonly session: Row | undefined;
  readonly task: Row | undefined;
  /** Waits in simulated time. */
  pass(ms: number): Promise<void>;
  /** Makes every wait of the call end with `reason`. */
  stop(reason: Error): void;
  /** XenAPI task.cancel: the next wait ends with TASK_CANCELLED. */
  cancel(): void;
}

export interface TaskService {
  readonly runningCount: number;
  create(label: string, description: string, session: string, kind?: 'cancellable' | 'client-made'): Row;
  begin(call: CallScope): void;
  runningCall(task: string): CallScope | undefined;
  /** `without result`: as servers did that left the result empty. */
  succeed(task: Row, type: XenType, result: XenValue, form?: 'with result' | 'without result'): void;
  fail(task: Row, failure: XenFailure): void;
  destroy(task: Row): void;
  forget(task: Row): void;
  cancel(task: Row): void;
  loseAll(): void;
  sweep(): void;
}

export interface SessionService {
  readonly count: number;
  /** `identity` is what `authenticate` answered; absent: the local administrator. */
  create(user: string, originator: string, identity?: Identity): Row;
  /** @throws XenFailure SESSION_INVALID */
  use(ref: string): Row;
  onEnd(listener: (session: string) => void): () => void;
  end(session: Row): void;
  endAll(): void;
  sweep(): void;
  /** @throws XenFailure SESSION_AUTHENTICATION_FAILED, SESSION_AUTHORIZATION_FAILED */
  authenticate(user: string, password: string): Identity;
  /** @throws XenFailure SESSION_AUTHENTICATION_FAILED if `before` is wrong */
  changePassword(before: string, after: string): void;
  /** @throws HttpError 401 */
  forHandler(ref: string | undefined): Row;
}

export interface EventService {
  /** `timeout` in seconds; a negative one never returns. */
  from(call: CallScope, classes: readonly string[], token: string, timeout: number): Promise<XenMap>;
  inject(row: Row): string;
}

export interface LegacyEventService {
  register(session: string, classes: readonly string[]): void;
  unregister(session: string, classes: readonly string[]): void;
  next(call: CallScope, session: string): Promise<readonly XenMap[]>;
}
