/**
 * Tries to own every enabled pool and serves those it gets. Pools spread over workers by who comes first; a pool whose
 * owner died is taken over at the end of its lease.
 */
import { PoolOwnership, type Authority } from '@openvsys/provisioning';
import { asDomainError, poolId, vsysId, type ConsoleAccess, type PoolId } from '@openvsys/vsys';
import { createPoolGauges } from '../observability/pool-gauges.js';
import type { WorkerParts } from '../worker-parts.js';
import { servePool, type Serving } from './serve-pool.js';

interface Candidate {
  readonly ownership: PoolOwnership;
  readonly stop: AbortController;
  readonly done: PromiseWithResolvers<void>;
  serving: Serving | undefined;
}

export class PoolSupervisor {
  readonly #candidates = new Map<PoolId, Candidate>();
  readonly #gaugesOf: ReturnType<typeof createPoolGauges>;
  #stopping = false;

  constructor(private readonly parts: WorkerParts) {
    this.#gaugesOf = createPoolGauges(parts.metrics);
  }

  /** Pools that this worker serves now. */
  get served(): readonly PoolId[] {
    return [...this.#candidates].filter(([, candidate]) => candidate.serving !== undefined).map(([id]) => id);
  }

  /** Takes up pools that are new and gives up those that are no longer enabled. Throws when the list cannot be read. */
  async refresh(): Promise<void> {
    const leases = await this.parts.leases.list();
    if (this.#stopping) return;
    const enabled = new Set(leases.map((lease) => lease.poolId));
    for (const id of enabled) if (!this.#candidates.has(id)) this.#take(id);
    for (const [id, candidate] of this.#candidates) if (!enabled.has(id)) candidate.stop.abort();
  }

  /** A notification: the pool was registered or changed, or its lease was given back. */
  poolChanged(payload: string): void {
    const id = this.#parsed(() => poolId(payload));
    if (id === undefined) return;
    const candidate = this.#candidates.get(id);
    candidate?.ownership.nudge();
    candidate?.serving?.loginChanged().catch((error: unknown) => this.#complain(error));
    this.refresh().catch((error: unknown) => this.#complain(error));
  }

  /** A notification: the VSYS may differ from its spec. Only the engine of its pool does anything about it. */
  vsysChanged(payload: string): void {
    const id = this.#parsed(() => vsysId(payload));
    if (id === undefined) return;
    for (const { serving } of this.#candidates.values()) void serving?.engine.wake(id);
  }

  /** A notification: something is to be done with a pool, or not any more. */
  operationAsked(): void {
    for (const { serving } of this.#candidates.values()) serving?.tasks.look();
  }

  /** Of the pools that are served now, those that have screens. */
  get consoles(): readonly ConsoleAccess[] {
    return [...this.#candidates.values()].flatMap(({ serving }) => serving?.consoles ?? []);
  }

  /** Notifications were lost for a while: look for oneself. */
  lookEverywhere(): void {
    this.operationAsked();
    for (const { serving } of this.#candidates.values()) {
      serving?.loginChanged().catch((error: unknown) => this.#complain(error));
      serving?.engine.catchUp().catch((error: unknown) => this.#complain(error));
    }
    this.refresh().catch((error: unknown) => this.#complain(error));
  }

  /** Gives all pools back in order. Never rejects. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const candidates = [...this.#candidates.values()];
    for (const candidate of candidates) candidate.stop.abort();
    await Promise.all(candidates.map(async (candidate) => await candidate.done.promise));
  }

  #take(id: PoolId): void {
    const { leases, clock, log, config, random = Math.random } = this.parts;
    const ownership = new PoolOwnership(
      { leases, clock, log, random },
      { poolId: id, workerId: config.workerId, leaseSeconds: config.leaseSeconds },
    );
    const stop = new AbortController();
    const candidate: Candidate = { ownership, stop, done: Promise.withResolvers<void>(), serving: undefined };
    this.#candidates.set(id, candidate);
    const serve = async (authority: Authority) => await this.#serve(authority, candidate);
    void ownership.run(serve, stop.signal).then(() => {
      this.#candidates.delete(id);
      candidate.done.resolve();
    });
  }

  async #serve(authority: Authority, candidate: Candidate): Promise<void> {
    const gauges = this.#gaugesOf(authority.fence.poolId);
    const term = { authority, gauges, stop: candidate.stop.signal };
    await servePool(term, this.parts, (serving) => {
      candidate.serving = serving;
    });
  }

  #parsed<T>(parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      this.#complain(error);
      return undefined;
    }
  }

  #complain(error: unknown): void {
    this.parts.log.warn({ error: asDomainError(error).message }, 'could not follow a notification');
  }
}
