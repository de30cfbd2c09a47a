/** One pool, one database, and as many workers as a story needs. */
import type { ServiceProber, VsysId } from '@openvsys/vsys';
import {
  PoolEngine,
  PoolOwnership,
  SILENT_LOG,
  SILENT_OBSERVER,
  type Authority,
  type EngineDeps,
  type LoopEnd,
} from '@openvsys/provisioning';
import { FakePool } from './fake-pool.js';
import { POOL, uuidOf } from './fixtures.js';
import { MemoryDatabase } from './memory-database.js';
import { VirtualClock } from './virtual-clock.js';
import { WorkerProcess, clockOf, hypervisorOf, storeOf } from './worker-process.js';

export const LEASE_SECONDS = 15;

export interface Worker {
  readonly process: WorkerProcess;
  readonly engine: PoolEngine;
  readonly authority: Authority;
  /** Ends when the worker no longer owns the pool. */
  readonly served: Promise<void>;
  stop(): Promise<void>;
}

export class Harness {
  readonly clock = new VirtualClock();
  readonly pool = new FakePool(this.clock);
  readonly database = new MemoryDatabase(this.clock);
  /** Asks services inside systems; absent: nobody can. */
  prober: ServiceProber | undefined;
  #ids = 5000;
  #random = 1;

  constructor() {
    this.pool.intentIsStored = (id) => this.database.openActions.some((action) => action.id === id);
  }

  /** A worker that owns the pool; lets time run until it does. */
  async worker(name: string): Promise<Worker> {
    return await this.clock.runUntil(this.start(new WorkerProcess(name)));
  }

  /** Starts a worker that waits until it owns the pool; the engine sweeps at once, as after every take-over. */
  async start(process: WorkerProcess): Promise<Worker> {
    const { name } = process;
    const clock = clockOf(process, this.clock);
    const stopping = new AbortController();
    const ready = Promise.withResolvers<{ engine: PoolEngine; authority: Authority }>();
    const ownership = new PoolOwnership(
      { leases: this.#leasesOf(process), clock, log: SILENT_LOG, random: () => this.#chance() },
      { poolId: POOL, workerId: name, leaseSeconds: LEASE_SECONDS },
    );
    const served = ownership.run(async (authority) => {
      const engine = new PoolEngine(this.#depsOf(process), authority);
      void engine.followChanges();
      await engine.sweep();
      ready.resolve({ engine, authority });
      await this.#untilAborted(stopping.signal, authority.signal);
      await engine.stop(60_000);
    }, stopping.signal);
    const { engine, authority } = await ready.promise;
    const stop = async () => {
      stopping.abort();
      await this.clock.runUntil(served);
    };
    return { process, engine, authority, served, stop };
  }

  /** An engine beside all workers, for what no worker would do. */
  engineWith(authority: Authority): PoolEngine {
    return new PoolEngine(this.#depsOf(new WorkerProcess('apart')), authority);
  }

  /** Wakes the VSYS and lets time run until its loop ends. */
  async settle(worker: Worker, vsys: VsysId): Promise<LoopEnd> {
    return await this.clock.runUntil(worker.engine.wake(vsys));
  }

  #depsOf(process: WorkerProcess): EngineDeps {
    const clock = clockOf(process, this.clock);
    return {
      store: storeOf(process, this.database),
      hypervisor: hypervisorOf(process, this.pool),
      clock,
      meteredTime: clock,
      ids: { uuid: () => uuidOf(this.#ids++) },
      random: () => this.#chance(),
      log: SILENT_LOG,
      observer: SILENT_OBSERVER,
      ...(this.prober === undefined ? {} : { prober: this.prober }),
    };
  }

  #leasesOf(process: WorkerProcess): MemoryDatabase {
    const { database } = this;
    return new Proxy(database, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]): Promise<unknown> =>
          await process.call(async () => (await Reflect.apply(member, target, args)) as unknown);
      },
    });
  }

  /** The same chances in every run. */
  #chance(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random / 2_147_483_647;
  }

  async #untilAborted(...signals: readonly AbortSignal[]): Promise<void> {
    const any = AbortSignal.any([...signals]);
    if (any.aborted) return;
    await new Promise<void>((resolve) => {
      any.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
