/** What a piece of work is about, carried along its asynchronous calls and written into each of its log lines. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface LogContext {
  readonly requestId?: string;
  readonly operationId?: string;
  readonly vsysId?: string;
  readonly actionId?: string;
  readonly orgId?: string;
  readonly poolId?: string;
}

const EMPTY: LogContext = Object.freeze({});
const storage = new AsyncLocalStorage<LogContext>();

/** The context of the work that is being done now; empty outside of any. */
export function getLogContext(): LogContext {
  return storage.getStore() ?? EMPTY;
}

/** Runs `work` with `context` on top of the one around it, through all awaits. */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return storage.run(Object.freeze({ ...getLogContext(), ...context }), work);
}
