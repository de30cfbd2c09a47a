/**
 * The MetricsSource port: one request a host and step, all hosts of a turn side by side.
 *
 *   turn ──ask hosts, few at once──► batches as they come ──► wait for the next step ──► turn …
 *
 * Memory: the answers that are being read, and one number a server.
 */
import type { FollowMetrics, HostUuid, MetricsBatch, MetricsSource } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import type { Cached } from '../cache/cached-classes.js';
import { AdaptiveLimit } from '../limits/adaptive-limit.js';
import { HostFigures } from './host-figures.js';
import { serversByUuid } from './our-servers.js';

/** Answers that are read at once: bounds memory, and a host that hangs keeps one place only. */
const HOSTS_AT_ONCE = 8;

export class PoolMetrics implements MetricsSource {
  constructor(private readonly pool: PoolAccess) {}

  async *follow(options: FollowMetrics): AsyncGenerator<MetricsBatch> {
    const { signal, stepSeconds } = options;
    const readers = new Map<HostUuid, HostFigures>();
    const lastOf = new Map<string, number>();
    while (!signal.aborted) {
      yield* this.turn(options, readers, lastOf);
      const stepMs = stepSeconds * 1000;
      const pause = stepMs - (this.pool.clock.now().getTime() % stepMs);
      await this.pool.clock.sleep(pause, signal).catch(() => undefined);
    }
  }

  private async *turn(
    options: FollowMetrics,
    readers: Map<HostUuid, HostFigures>,
    lastOf: Map<string, number>,
  ): AsyncGenerator<MetricsBatch> {
    const servers = serversByUuid(this.pool.cache);
    const known = new Set<string>([...servers.values()].map(({ server }) => server));
    for (const server of lastOf.keys()) if (!known.has(server)) lastOf.delete(server);
    const limit = new AdaptiveLimit(HOSTS_AT_ONCE);
    const hosts = [...this.pool.cache.all('host')].map(([, host]) => host);
    const uuids = new Set<string>(hosts.map(({ uuid }) => uuid));
    for (const uuid of readers.keys()) if (!uuids.has(uuid)) readers.delete(uuid);
    const asked = hosts.map(async (host) => {
      const uuid = host.uuid as HostUuid;
      const problem = this.reasonNotToAsk(host);
      if (problem !== undefined) return { host: uuid, skewMs: null, until: null, samples: [], problem };
      const reader = readers.get(uuid) ?? new HostFigures(this.pool, uuid, options);
      readers.set(uuid, reader);
      return limit.run(async () => reader.next(host.address, servers, lastOf), options.signal);
    });
    const pending = new Map(asked.map((batch, index) => [index, indexed(index, batch)]));
    while (pending.size > 0 && !options.signal.aborted) {
      const { index, batch } = await Promise.race(pending.values());
      pending.delete(index);
      if (batch !== undefined && !options.signal.aborted) yield batch;
    }
  }

  private reasonNotToAsk(host: Cached<'host'>): string | undefined {
    const isLive = this.pool.cache.find('host_metrics', host.metrics)?.live;
    return isLive === false ? 'The pool counts the host as lost.' : undefined;
  }
}

/** The promise of a batch that says which one it is and does not fail: only giving up makes one fail. */
const indexed = async (
  index: number,
  batch: Promise<MetricsBatch>,
): Promise<{ readonly index: number; readonly batch: MetricsBatch | undefined }> =>
  batch.then(
    (done) => ({ index, batch: done }),
    () => ({ index, batch: undefined }),
  );
