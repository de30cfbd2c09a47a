// Purpose: the way in for code in the same process: a pool, its clock, and a call function per host.
import { defaultOptions, type SimPoolOptions } from './core/options.js';
import { SimPool } from './core/sim-pool.js';
import { XenFailure } from './core/failure.js';
import type { CallRequest, TypedResult } from './dispatch/dispatcher.js';
import type { SavedState } from './world/saved-state.js';
import type { SimClock } from './clock/sim-clock.js';
import type { VirtualClock } from './clock/virtual-clock.js';

/** An in-process connection to one host: the semantics of the wire without the encoding. */
export interface SimTransport {
  /**
   * Makes one call; the session is the first parameter, as on the wire.
   * @throws XenFailure (`{code, params}`) for XenAPI errors, Disconnected (`kind: 'disconnected'`) if the answer is lost
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
  const pool = new SimPool({ ...defaultOptions(), ...options }, saved);
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
        const { value } = await pool.dispatch(
          hostIndex,
          signal === undefined ? { method, params } : { method, params, signal },
        );
        // Rows are shared with the caller's process: hand out a copy, as a wire would.
        return structuredClone(value);
      } catch (error) {
        throw asFailure(pool, error);
      }
    },
  };
}

/** Errors of the simulator itself reach the client as the server's own internal errors do. */
export function asFailure(pool: SimPool, error: unknown): unknown {
  if (error instanceof XenFailure || (error instanceof Error && 'kind' in error)) return error;
  pool.reportCrash(error);
  return new XenFailure('INTERNAL_ERROR', String(error));
}

/** The clock of a pool made with `clock: { mode: 'virtual' }`. @throws TypeError for other clocks */
export function virtualClockOf(pool: SimPool): VirtualClock {
  if (!('advance' in pool.clock)) throw new TypeError('the pool does not run in virtual time');
  return pool.clock as VirtualClock;
}
