/** What actions work with: the cache to read, the calls to write, and the pool's own choices. */
import type { Clock } from '@openvsys/vsys';
import type { CachedClass } from '../cache/cached-classes.js';
import type { EventFeed } from '../cache/event-feed.js';
import type { PoolCache } from '../cache/pool-cache.js';
import type { AdaptiveLimit } from '../limits/adaptive-limit.js';
import type { PoolCalls } from '../session/pool-calls.js';
import type { PoolConnection } from '../session/pool-connection.js';
import { TransportError } from '../transport/transport.js';

export interface PoolAccess {
  readonly cache: PoolCache;
  readonly calls: PoolCalls;
  readonly connection: PoolConnection;
  readonly feed: EventFeed;
  readonly clock: Clock;
  /** xapi provisions one VM at a time on a host and lets others wait with growing pauses, so we queue here. */
  readonly provisioning: AdaptiveLimit;
  /** Device of the PIFs that carry the VLANs, e.g. `eth1` or `bond0`; undefined: the pool's first suitable one. */
  readonly vlanDevice: string | undefined;
  /** How long a guest may take for a clean shutdown before the plug is pulled. */
  readonly cleanShutdownMs: number;
}

/** Events come within 0.2 s; after this time the objects are read directly. */
const EVENT_PATIENCE_MS = 3_000;

/**
 * Waits until something that the pool already has is in the cache. When its event is late, the given objects are read
 * directly, once. Throws TransportError `aborted` when the signal fires.
 */
export async function seen<T>(
  pool: PoolAccess,
  isThere: () => T | undefined,
  objects: readonly (readonly [CachedClass, string])[],
  signal: AbortSignal,
): Promise<T> {
  const found = await within(pool, isThere, signal);
  if (found !== undefined) return found;
  for (const [cls, ref] of objects) {
    pool.cache.applyRecord(cls, ref, await pool.connection.request(`${cls}.get_record`, [ref], { signal }));
  }
  const late = isThere() ?? (await within(pool, isThere, signal));
  if (late === undefined) throw new TransportError('lost', 'The pool does not report what it has just done.');
  return late;
}

async function within<T>(
  pool: PoolAccess,
  isThere: () => T | undefined,
  signal: AbortSignal,
): Promise<T | undefined> {
  const now = isThere();
  if (now !== undefined) return now;
  const end = new AbortController();
  const timer = pool.clock.sleep(EVENT_PATIENCE_MS, end.signal).then(
    () => end.abort(),
    () => undefined,
  );
  try {
    return await pool.cache.when(isThere, AbortSignal.any([signal, end.signal]));
  } catch {
    if (signal.aborted) throw new TransportError('aborted', 'The wait for the pool was given up.');
    return undefined;
  } finally {
    end.abort();
    await timer;
  }
}
