/**
 * The real engine and the real driver on the pool simulator, all in one process and in virtual time. Two workers stand
 * ready; a killed one is replaced by a fresh one. Each seed tells the same story every time.
 */
import {
  PoolEngine,
  PoolOwnership,
  SILENT_LOG,
  SILENT_OBSERVER,
  type Authority,
  type EngineLog,
} from '@openvsys/provisioning';
import { DomainError, srUuid, type Clock, type Hypervisor, type OperationId } from '@openvsys/vsys';
import { createXcpHypervisor, InProcessTransport } from '@openvsys/xcp-driver';
import { createSimPool, virtualClockOf, type InProcessPool, type VirtualClock } from '@openvsys/xcp-sim';
import { POOL, uuidOf, VSYS } from '../fakes/fixtures.js';
import { MemoryDatabase } from '../fakes/memory-database.js';
import { clockOf, storeOf, WorkerProcess } from '../fakes/worker-process.js';
import { portClock } from './port-clock.js';
import { randomStory, type Event, type Story } from './random-story.js';
import { SeededRandom } from './seeded-random.js';

const FIRST_PORT = 9001;
const LEASE_SECONDS = 15;
const SWEEP_MS = 5_000;
const WORKERS = 2;
/** Everything must have ended this long after the last mishap: longer than the longest patience of the engine. */
const PATIENCE_MS = 6 * 3_600_000;

export class Simulation {
  readonly sim: InProcessPool;
  readonly database: MemoryDatabase;
  readonly clock: Clock;
  readonly story: Story;
  /** What must never be the case, with the time when it was seen first. */
  readonly violations: string[] = [];
  readonly operations: OperationId[] = [];
  readonly #time: VirtualClock;
  readonly #random: SeededRandom;
  #workers: WorkerProcess[] = [];
  #ids = 10_000;
  #born = 0;

  constructor(
    readonly seed: number,
    /** Told what the workers say, for a look at one seed. */
    private readonly log: EngineLog = SILENT_LOG,
    retell: (story: Story) => Story = (story) => story,
  ) {
    this.sim = createSimPool({
      seed,
      clock: { mode: 'virtual' },
      profile: 'default-nfs',
      hostAddress: (index) => `127.0.0.1:${FIRST_PORT + index}`,
    });
    this.#time = virtualClockOf(this.sim.pool);
    this.#random = new SeededRandom(seed);
    this.clock = portClock(this.sim.clock);
    this.database = new MemoryDatabase(this.clock);
    this.database.delayMs = 3;
    const [sr] = this.sim.pool.db.rows('SR').filter((row) => row.text('type') === 'nfs');
    this.story = retell(randomStory(this.#random, srUuid(sr?.uuid ?? '')));
  }

  /** Tells the story to its end and waits until everything has ended. */
  async run(): Promise<void> {
    for (let n = 0; n < WORKERS; n++) this.#startWorker();
    const begin = this.clock.now().getTime();
    for (const event of this.story.events) {
      await this.#passUntil(begin + event.at);
      this.#happen(event);
    }
    await this.#passUntil(begin + this.story.quietFrom);
    this.sim.pool.faults.clear();
    this.database.isDown = false;
    this.database.commitFaults.length = 0;
    await this.#passWhile(() => !this.#hasEnded());
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
    await this.#passWhile(() => !isOpen);
    return hypervisor;
  }

  #happen(event: Event): void {
    switch (event.is) {
      case 'admit':
        // A deleted system cannot be changed; the API refuses it.
        if (this.operations.length > 0 && this.database.system(VSYS).deleted) return;
        this.operations.push(this.database.admit(event.spec, event.onFailure));
        return;
      case 'cancel': {
        const last = this.operations.at(-1);
        if (last !== undefined) this.database.operation(last).cancelRequested = true;
        return;
      }
      case 'kill':
        this.#killOwner();
        return;
      case 'fault':
        this.sim.pool.faults.add(event.rule);
        return;
      case 'outage':
        this.database.isDown = true;
        void this.clock.sleep(event.ms).then(() => {
          this.database.isDown = false;
        });
        return;
      case 'lost-commit': {
        const error = new DomainError('internal', 'the connection to the database broke', { retry: 'same' });
        this.database.commitFaults.push({ error, after: event.stored });
        return;
      }
    }
  }

  #killOwner(): void {
    const victim = this.#workers.find((worker) => worker.name === this.database.owner) ?? this.#workers[0];
    victim?.kill();
    this.#workers = this.#workers.filter((worker) => worker !== victim);
    this.#startWorker();
  }

  /** Like a person who resumes what was parked by a mishap, now that there are none any more. */
  #hasEnded(): boolean {
    const row = this.database.system(VSYS);
    if (row.parked !== null) {
      const last = this.operations.at(-1);
      if (last !== undefined) {
        row.operations.forEach((operation) => (operation.cancelRequested = false));
        this.database.resume(VSYS, last);
      }
      return false;
    }
    const ended = row.operations.every(({ state }) => !['queued', 'running', 'rolling-back'].includes(state));
    return ended && this.database.openActions.length === 0 && row.observedGeneration === row.spec.generation;
  }

  #startWorker(): void {
    this.#born += 1;
    const process = new WorkerProcess(`worker-${this.#born}`);
    this.#workers.push(process);
    const clock = clockOf(process, this.clock);
    const deps = {
      leases: this.#leasesOf(process),
      clock,
      log: this.log,
      random: () => this.#random.next(),
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
        random: () => this.#random.next(),
        log: this.log,
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
      random: () => this.#random.next(),
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

  async #passUntil(at: number): Promise<void> {
    await this.#passWhile(() => this.clock.now().getTime() < at, at);
  }

  /** Lets time go on, timer by timer, but not beyond `until`, and looks for what must never be. */
  async #passWhile(condition: () => boolean, until = Infinity): Promise<void> {
    const patience = this.clock.now().getTime() + PATIENCE_MS;
    await this.#time.advance(0);
    while (condition()) {
      const now = this.clock.now().getTime();
      if (now > patience) throw new Error(`seed ${this.seed}: not ended in time`);
      const next = this.#time.nextDueIn() ?? Infinity;
      if (next === Infinity && until === Infinity)
        throw new Error(`seed ${this.seed}: nothing will ever happen`);
      await this.#time.advance(Math.min(next, until - now));
      this.#lookForTwins();
    }
  }

  #lookForTwins(): void {
    const names = new Set<string>();
    for (const vm of this.sim.pool.db.rows('VM')) {
      const name = vm.text('name_label');
      if (!name.startsWith(VSYS)) continue;
      if (names.has(name)) this.#violate(`two VMs are ${name}`);
      names.add(name);
    }
  }

  #violate(what: string): void {
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
