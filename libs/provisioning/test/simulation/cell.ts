/**
 * One pool with two workers that stand ready, in one process and in virtual time: the real engine and the real driver on the pool
 * simulator. A killed worker is replaced by a fresh one. The same seed and the same doings give the same course every time.
 */
import {
  PoolEngine,
  PoolOwnership,
  SILENT_LOG,
  SILENT_OBSERVER,
  type Authority,
  type EngineLog,
} from '@openvsys/provisioning';
import { DomainError, type Clock, type Hypervisor, type OperationId, type VsysId } from '@openvsys/vsys';
import { createXcpHypervisor, InProcessTransport } from '@openvsys/xcp-driver';
import {
  createSimPool,
  virtualClockOf,
  type InProcessPool,
  type SimPoolOptions,
  type VirtualClock,
} from '@openvsys/xcp-sim';
import { POOL, uuidOf } from '../fakes/fixtures.js';
import { MemoryDatabase } from '../fakes/memory-database.js';
import { clockOf, storeOf, WorkerProcess } from '../fakes/worker-process.js';
import { portClock } from './port-clock.js';
import type { Mishap } from './random-story.js';
import { SeededRandom } from './seeded-random.js';

const FIRST_PORT = 9001;
const LEASE_SECONDS = 15;
const SWEEP_MS = 5_000;
const WORKERS = 2;
/** Everything must have ended this long after the last mishap: longer than the longest patience of the engine. */
const PATIENCE_MS = 6 * 3_600_000;

export interface CellOptions {
  /** Told what the workers say, for a look at one seed. */
  readonly log?: EngineLog;
  readonly pool?: Partial<SimPoolOptions>;
}

export class Cell {
  readonly sim: InProcessPool;
  readonly database: MemoryDatabase;
  readonly clock: Clock;
  /** What must never be the case, with the time when it was seen first. */
  readonly violations: string[] = [];
  protected readonly random: SeededRandom;
  readonly #time: VirtualClock;
  readonly #log: EngineLog;
  #workers: WorkerProcess[] = [];
  #ids = 10_000;
  #born = 0;

  constructor(
    readonly seed: number,
    { log = SILENT_LOG, pool = {} }: CellOptions = {},
  ) {
    this.#log = log;
    this.sim = createSimPool({
      seed,
      clock: { mode: 'virtual' },
      profile: 'default-nfs',
      hostAddress: (index) => `127.0.0.1:${FIRST_PORT + index}`,
      ...pool,
    });
    this.#time = virtualClockOf(this.sim.pool);
    this.random = new SeededRandom(seed);
    this.clock = portClock(this.sim.clock);
    this.database = new MemoryDatabase(this.clock);
    this.database.delayMs = 3;
  }

  close(): void {
    this.sim.close();
  }

  /** A driver that looks at the pool afresh. */
  async observer(): Promise<Hypervisor> {
    const hypervisor = this.#connect(new WorkerProcess('observer'));
    const opened = hypervisor.open(new AbortController().signal);
    let isOpen = false;
    void opened.then(() => {
      isOpen = true;
    });
    await this.passWhile(() => !isOpen);
    return hypervisor;
  }

  protected startWorkers(): void {
    for (let n = 0; n < WORKERS; n++) this.#startWorker();
  }

  /** Names of the workers that live. */
  protected get living(): readonly string[] {
    return this.#workers.map(({ name }) => name);
  }

  #killOwner(): void {
    const victim = this.#workers.find((worker) => worker.name === this.database.owner) ?? this.#workers[0];
    victim?.kill();
    this.#workers = this.#workers.filter((worker) => worker !== victim);
    this.#startWorker();
  }

  #startWorker(): void {
    this.#born += 1;
    const process = new WorkerProcess(`worker-${this.#born}`);
    this.#workers.push(process);
    const clock = clockOf(process, this.clock);
    const deps = {
      leases: this.#leasesOf(process),
      clock,
      log: this.#log,
      random: () => this.random.next(),
    };
    const options = { poolId: POOL, workerId: process.name, leaseSeconds: LEASE_SECONDS };
    const never = new AbortController().signal;
    void new PoolOwnership(deps, options).run(
      async (authority) => await this.#serve(process, authority),
      never,
    );
  }

  /** What the worker process does with a pool, without its queue and notifications: everything is found by sweeps. */
  async #serve(process: WorkerProcess, authority: Authority): Promise<void> {
    const hypervisor = this.#connect(process);
    const clock = clockOf(process, this.clock);
    await hypervisor.open(authority.signal);
    const engine = new PoolEngine(
      {
        store: storeOf(process, this.database),
        hypervisor,
        clock,
        meteredTime: clock,
        ids: { uuid: () => uuidOf(this.#ids++) },
        random: () => this.random.next(),
        log: this.#log,
        observer: SILENT_OBSERVER,
      },
      authority,
    );
    void engine.followChanges();
    while (!authority.signal.aborted) {
      await engine.sweep().catch(() => 0);
      await clock.sleep(SWEEP_MS, authority.signal).catch(() => {});
    }
    await engine.stop(0);
    await hypervisor.close();
  }

  #connect(process: WorkerProcess): Hypervisor {
    const urls = this.sim.pool.hosts.map((_, index) => `http://127.0.0.1:${FIRST_PORT + index}`);
    return createXcpHypervisor({
      urls,
      username: 'root',
      password: 'secret',
      originator: process.name,
      clock: clockOf(process, this.clock),
      random: () => this.random.next(),
      transportFor: (url) => {
        const host = this.sim.transportFor(Number(new URL(url).port) - FIRST_PORT);
        return new InProcessTransport(
          url,
          async (method, params, signal) =>
            await process.call(async () => await host.call(method, params, asHangUp(signal))),
        );
      },
    });
  }

  #leasesOf(process: WorkerProcess): Pick<MemoryDatabase, 'tryAcquire' | 'renew' | 'release' | 'list'> {
    const { database } = this;
    return {
      tryAcquire: async (...args) => await process.call(async () => await database.tryAcquire(...args)),
      renew: async (...args) => await process.call(async () => await database.renew(...args)),
      release: async (...args) => await process.call(async () => await database.release(...args)),
      list: async () => await process.call(async () => await database.list()),
    };
  }

  protected befall(mishap: Mishap): void {
    switch (mishap.is) {
      case 'kill':
        this.#killOwner();
        return;
      case 'fault':
        this.sim.pool.faults.add(mishap.rule);
        return;
      case 'outage':
        this.database.isDown = true;
        void this.clock.sleep(mishap.ms).then(() => {
          this.database.isDown = false;
        });
        return;
      case 'lost-commit': {
        const error = new DomainError('internal', 'the connection to the database broke', { retry: 'same' });
        this.database.commitFaults.push({ error, after: mishap.stored });
        return;
      }
    }
  }

  /** Like a person who resumes what a mishap had parked. */
  protected resumeParked(vsys: VsysId, last: OperationId): void {
    const row = this.database.system(vsys);
    if (row.parked === null) return;
    row.operations.forEach((operation) => (operation.cancelRequested = false));
    this.database.resume(vsys, last);
  }

  protected isReached(vsys: VsysId): boolean {
    const { parked, operations, observedGeneration, spec } = this.database.system(vsys);
    const ended = operations.every(({ state }) => !['queued', 'running', 'rolling-back'].includes(state));
    return parked === null && ended && observedGeneration === spec.generation;
  }

  /** From now on nothing goes wrong any more. */
  protected calm(): void {
    this.sim.pool.faults.clear();
    this.database.isDown = false;
    this.database.commitFaults.length = 0;
  }

  /** Looked at after each step of time: what must never be. */
  protected look(): void {
    // Nothing by itself.
  }

  protected async passUntil(at: number): Promise<void> {
    await this.passWhile(() => this.clock.now().getTime() < at, at);
  }

  /** Lets time go on, timer by timer, but not beyond `until`, and looks for what must never be. */
  protected async passWhile(condition: () => boolean, until = Infinity): Promise<void> {
    const patience = this.clock.now().getTime() + PATIENCE_MS;
    await this.#time.advance(0);
    while (condition()) {
      const now = this.clock.now().getTime();
      if (now > patience) throw new Error(`seed ${this.seed}: not ended in time`);
      const next = this.#time.nextDueIn() ?? Infinity;
      if (next === Infinity && until === Infinity)
        throw new Error(`seed ${this.seed}: nothing will ever happen`);
      await this.#time.advance(Math.min(next, until - now));
      this.look();
    }
  }

  protected violate(what: string): void {
    if (!this.violations.some((known) => known.startsWith(what))) {
      this.violations.push(`${what} (${this.clock.now().toISOString()})`);
    }
  }
}

/** A caller that gives up looks like a closed connection to the pool, whatever its reason was. */
function asHangUp(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const connection = new AbortController();
  const hangUp = () =>
    connection.abort(Object.assign(new Error('closed by the caller'), { kind: 'disconnected' }));
  if (signal.aborted) hangUp();
  else signal.addEventListener('abort', hangUp, { once: true });
  return connection.signal;
}
