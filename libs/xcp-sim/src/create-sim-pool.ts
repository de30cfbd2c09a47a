// Purpose: the way in for code in the same process: a pool, its clock, and a call function per host.
import { defaultOptions, type SimPoolOptions } from './core/options.js';
import { AssembledPool } from './core/assembled-pool.js';
import { Disconnected, XenFailure } from './core/failure.js';
import type { CallRequest, TypedResult } from './dispatch/call-request.js';
import type { SavedState } from './world/saved-state.js';
import type { SimPool } from './core/sim-pool.js';
import type { SimClock } from './clock/sim-clock.js';
import type { VirtualClock } from './clock/virtual-clock.js';

/** An in-process connection to one host: the semantics of the wire without the encoding. */
export interface SimTransport {
  /**
   * Makes one call; the session is the first parameter, as on the wire.
   * @throws XenFailure (`{code, params}`) for XenAPI errors, Disconnected (`kind: 'disconnected'`) if the answer is lost,
   * the signal's reason if the caller gives up (the effect goes on)
   */
  call(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown>;
}

export interface InProcessPool {
  pool: SimPool;
  clock: SimClock;
  dispatch(hostIndex: number, request: CallRequest): Promise<TypedResult>;
  transportFor(hostIndex: number): SimTransport;
  close(): void;
}

/** A simulated pool in this process. Options not given take the defaults (3 hosts, `instant` profile, real clock). */
export function createSimPool(options: Partial<SimPoolOptions> = {}, saved?: SavedState): InProcessPool {
  const pool = new AssembledPool({ ...defaultOptions(), ...options }, saved);
  return {
    pool,
    clock: pool.clock,
    dispatch: (hostIndex, request) => pool.dispatch(hostIndex, request),
    transportFor: (hostIndex) => transportFor(pool, hostIndex),
    close: () => pool.close(),
  };
}

function transportFor(pool: SimPool, hostIndex: number): SimTransport {
  return {
    async call(method, params, signal) {
      try {
        const request = signal === undefined ? { method, params } : { method, params, signal };
        const { value, delivery } = await untilAborted(pool.dispatch(hostIndex, request), signal);
        if (delivery !== undefined && 'cut' in delivery) throw new Disconnected('fault: answer truncated');
        // Rows are shared with the caller's process: hand out a copy, as a wire would.
        return structuredClone(value);
      } catch (error) {
        throw asFailure(pool, error);
      }
    },
  };
}

/** A caller that gives up stops waiting at once; what it asked for goes on. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Errors of the simulator itself reach the client as the server's own internal errors do. */
export function asFailure(pool: SimPool, error: unknown): unknown {
  if (error instanceof XenFailure || (error instanceof Error && 'kind' in error)) return error;
  if (error instanceof DOMException) return error;
  pool.reportCrash(error);
  return new XenFailure('INTERNAL_ERROR', String(error));
}

/** The clock of a pool made with `clock: { mode: 'virtual' }`. @throws TypeError for other clocks */
export function virtualClockOf(pool: SimPool): VirtualClock {
  if (!('advance' in pool.clock)) throw new TypeError('the pool does not run in virtual time');
  return pool.clock as VirtualClock;
}
