/**
 * One run of a story: the API, the workers, the database and the pool of the product, all in this process and in
 * virtual time. The same story is told in the same way every time.
 *
 *   story ─ event by event ─► world ─► judge after each ─► quiet ─► everything ends ─► judge of the end
 */
import { createHash } from 'node:crypto';
import { withFaultPoints } from '@openvsys/provisioning';
import { createSimPool, virtualClockOf, WorldEvents, type InProcessPool } from '@openvsys/xcp-sim';
import type { Sabotage } from '../sabotage/sabotages.js';
import { SeededRandom } from '../chance/seeded-random.js';
import type { Cell } from '../coverage/cells.js';
import { EngineMonitor } from '../judge/engine-monitor.js';
import { Judge } from '../judge/judge.js';
import { endOf } from '../judge/end-of-run.js';
import type { Event, Story } from '../story/story.js';
import { enterWorld } from '../time/virtual-process.js';
import { WorldClock } from '../time/world-clock.js';
import { Callers } from './callers.js';
import { BEGIN, FIRST_PORT, type Installation } from './installation.js';
import { meddle } from './meddling.js';
import { MessageBus } from './message-bus.js';
import { strikePool } from './pool-mishaps.js';
import { RunLog } from './run-log.js';
import { Strikes } from './strikes.js';
import { Workers } from './workers.js';

export interface Outcome {
  readonly violations: readonly string[];
  /** Of everything that happened: the same for the same story and the same code. */
  readonly digest: string;
  readonly simulatedMs: number;
  readonly reached: ReadonlySet<Cell>;
  /** Faults that were asked for in the story. */
  readonly faults: number;
  readonly operations: number;
  readonly lines: readonly string[];
}

export interface RunOptions {
  /** A deliberate mistake, for tests of the programme itself. */
  readonly sabotage?: Sabotage;
}

const WORKERS = 2;
/** The judge looks at the whole database at least this often while nothing happens, ms. */
const LOOK_EVERY_MS = 30_000;

export class Simulation {
  readonly log: RunLog;
  readonly judge: Judge;
  readonly callers: Callers;
  readonly workers: Workers;
  readonly clock: WorldClock;
  readonly sim: InProcessPool;
  readonly #bus: MessageBus;
  readonly #strikes: Strikes;
  readonly #events: WorldEvents;
  readonly #begin: number;
  #lookedAt = 0;

  constructor(
    readonly installation: Installation,
    readonly story: Story,
    readonly options: RunOptions,
  ) {
    const random = new SeededRandom(story.seed ^ 0x5eed);
    this.sim = poolOf(story.seed);
    const virtual = virtualClockOf(this.sim.pool);
    const { server, api } = installation;
    this.clock = new WorldClock(virtual, () => server.isBusy || api.isBusy);
    this.#begin = this.clock.ms;
    installation.now = () => virtual.now();
    enterWorld({ now: () => virtual.now(), random: random.fork() });
    this.#events = new WorldEvents(this.sim.pool);
    this.log = new RunLog(() => virtual.now() - this.#begin);
    this.#bus = new MessageBus(this.clock, random.fork());
    server.onNotification = (channel, payload) => this.#bus.notify(channel, payload);
    api.onWake = (pool, vsys) => this.#bus.wake(pool, vsys);
    this.#strikes = new Strikes(this.clock, this.#powers());
    this.workers = new Workers({
      installation,
      sim: this.sim,
      clock: this.clock,
      bus: this.#bus,
      random: random.fork(),
      strikes: this.#strikes,
      monitor: new EngineMonitor(this.log),
      skews: story.skews,
      altered: options.sabotage?.alter ?? ((parts) => parts),
    });
    this.judge = new Judge(installation, this.sim, this.log);
    const keys = options.sabotage?.callersForgetKeys === true ? 'forgotten' : 'kept';
    this.callers = new Callers(api, installation.tenants, this.clock, this.log, { seed: story.seed, keys });
  }

  async run(): Promise<Outcome> {
    await this.installation.reset();
    this.installation.server.changeSql(this.options.sabotage?.sql);
    try {
      await withFaultPoints(
        async (point, subject) => await this.#strikes.atPoint(point, subject),
        async () => {
          for (let n = 0; n < WORKERS; n += 1) void this.workers.start();
          for (const event of this.story.events) {
            if (this.#isNoticed) return;
            await this.passUntil(this.#begin + event.at);
            this.#happen(event);
            await this.clock.quiet();
            await this.look();
          }
          await this.passUntil(this.#begin + this.story.quietFrom);
          if (this.#isNoticed) return;
          this.#calmDown();
          await endOf(this);
        },
      );
    } catch (error) {
      this.log.violate(`the run broke off: ${error instanceof Error ? error.message : String(error)}`);
    }
    const outcome = this.#outcome();
    await this.#close();
    return outcome;
  }

  /** Lets time go on to an instant, ms since the epoch. */
  async passUntil(at: number): Promise<void> {
    while (this.clock.ms < at) {
      await this.clock.step(at);
      this.judge.lookAtPool();
      if (this.clock.ms - this.#lookedAt >= LOOK_EVERY_MS) await this.look();
    }
  }

  /** As `passUntil`, when nobody is left who could change anything in the database. */
  async passUnwatched(at: number): Promise<void> {
    while (this.clock.ms < at) await this.clock.step(at);
    this.judge.lookAtPool();
  }

  /** All that must hold between any two transactions. */
  async look(): Promise<void> {
    this.#lookedAt = this.clock.ms;
    await this.judge.lookAtDatabase();
  }

  /** A deliberate mistake that was noticed: that is all there was to know. */
  get #isNoticed(): boolean {
    return this.options.sabotage !== undefined && this.log.violations.length > 0;
  }

  #powers() {
    return {
      kill: (process: Parameters<Workers['kill']>[0]) => {
        this.workers.kill(process);
        void this.workers.start();
      },
      loseCommit: ({ name }: { readonly name: string }) =>
        this.installation.server.addFate({ owner: name, is: 'stored-unanswered' }),
      repeatNews: (part: string) => this.#bus.wakeEverybody(part.split('-').slice(0, 2).join('-')),
      cutPool: (ms: number) => this.#events.poolUnreachable(ms),
      slowNews: (ms: number) =>
        void this.sim.pool.faults.add({ method: 'event.from', count: 2, effect: { kind: 'slow', ms } }),
    };
  }

  #happen(event: Event): void {
    this.log.log(`story: ${JSON.stringify(event)}`);
    const { server } = this.installation;
    switch (event.is) {
      case 'ask':
        void this.callers.act(event.tenant, event.ask, event.twice);
        return;
      case 'kill':
        return this.#kill(event.whom);
      case 'fault':
        this.sim.pool.faults.add(event.rule);
        return;
      case 'database-down':
        server.goDown();
        this.clock.after(event.ms, () => server.comeBack());
        return;
      case 'commit':
        server.addFate({ owner: undefined, is: event.fate });
        return;
      case 'messages':
        this.#bus.fates = event;
        this.clock.after(event.ms, () => (this.#bus.fates = { lost: 0, doubled: 0 }));
        return;
      case 'pool':
        strikePool(this.#events, this.sim, event.what);
        return;
      case 'meddle':
        meddle(this.#events, this.sim, event);
        return;
      case 'strike':
        this.#strikes.arm(event);
        return;
    }
  }

  #kill(whom: 'owner' | 'standby'): void {
    const owner = this.workers.find(this.judge.owner);
    const victim = whom === 'owner' ? owner : this.workers.alive.find((process) => process !== owner);
    if (victim !== undefined) this.#powers().kill(victim);
  }

  #calmDown(): void {
    this.log.log('from here on nothing goes wrong');
    this.sim.pool.faults.clear();
    this.installation.server.forgetFates();
    this.installation.server.comeBack();
    this.#strikes.disarm();
    this.#bus.fates = { lost: 0, doubled: 0 };
  }

  #outcome(): Outcome {
    this.log.add(
      this.sim.pool.log.list().map((call) => `${call.start} ${call.host} ${call.method} ${call.outcome}`),
    );
    return {
      violations: this.log.violations,
      digest: createHash('sha256').update(this.log.normalised().join('\n')).digest('hex').slice(0, 16),
      simulatedMs: this.clock.ms - BEGIN,
      reached: this.#strikes.reached,
      faults: this.story.events.filter(({ is }) => is !== 'ask').length,
      operations: this.judge.operations,
      lines: this.log.lines,
    };
  }

  async #close(): Promise<void> {
    this.workers.killAll();
    await this.clock.quiet();
    this.sim.close();
  }
}

function poolOf(seed: number) {
  return createSimPool({
    seed,
    clock: { mode: 'virtual' },
    startTime: BEGIN,
    profile: 'default-nfs',
    hostAddress: (index) => `127.0.0.1:${FIRST_PORT + index}`,
  });
}
