// Purpose: puts a pool together: tables, clock, chance, services, the dispatcher and the world it starts with.
import { bootGuest } from '../behaviours/guest.js';
import { CallLog } from '../log/call-log.js';
import { Connections } from './connections.js';
import { ConflictWaiters } from './conflict-waiters.js';
import { DiskContents } from '../storage/content/disk-contents.js';
import { Database } from '../database/database.js';
import { dataModel } from '../datamodel/data-model.js';
import { Dispatcher } from '../dispatch/dispatcher.js';
import { enrolDirectory } from '../sessions/identity.js';
import { EventSource } from '../events/event-source.js';
import { FaultRules } from '../faults/fault-rules.js';
import { FifoQueue } from '../queues/fifo-queue.js';
import { isNullRef } from '../datamodel/xen-value.js';
import { LatencyModel } from '../latency/latency-model.js';
import { latencyProfile } from '../latency/profiles.js';
import { modelOf } from '../datamodel/personality.js';
import { LegacyEvents } from '../events/legacy-events.js';
import { refreshAllowedOperations } from '../behaviours/allowed-operations.js';
import { ScaledClock } from '../clock/scaled-clock.js';
import { SeededRandom } from '../random/seeded-random.js';
import { SharedLink } from '../queues/shared-link.js';
import { Sessions } from '../sessions/sessions.js';
import { startDaemons } from './daemons.js';
import { Tasks } from '../tasks/tasks.js';
import { VIRTUAL_START, type SimPoolOptions } from './options.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { buildWorld } from '../world/build-world.js';
import { type SavedState, restoreState } from '../world/saved-state.js';
import type { CallRequest, TypedResult } from '../dispatch/call-request.js';
import type { CallScope } from './pool-services.js';
import type { QueueState, SimPool } from './sim-pool.js';
import type { Row } from '../database/row.js';
import type { SimClock } from '../clock/sim-clock.js';
import { newSimHost, switchOff, type SimHost } from './sim-host.js';

export class AssembledPool implements SimPool {
  readonly clock: SimClock;
  readonly db: Database;
  readonly contents: DiskContents;
  readonly latency: LatencyModel;
  readonly log: CallLog;
  readonly faults: FaultRules;
  readonly sessions: Sessions;
  readonly tasks: Tasks;
  readonly events: EventSource;
  readonly legacyEvents: LegacyEvents;
  readonly connections = new Connections();
  readonly conflicts: ConflictWaiters;
  /** Identifiers; placement draws from its own stream so that one does not shift the other. */
  readonly ids: SeededRandom;
  readonly chance: SeededRandom;
  /** Errors of the simulator itself; a test asserts that there are none. */
  readonly crashes: unknown[] = [];
  /** VMs on their way to a host: VM reference → host reference. */
  readonly reservations = new Map<string, string>();
  busyCalls = 0;
  /** Domain numbers count up and are never used twice. */
  nextDomid = 0;
  /** Bridges of new networks are numbered. */
  nextBridge = 0;
  hosts: SimHost[] = [];
  private readonly queues = new Map<string, FifoQueue>();
  private readonly links = new Map<string, SharedLink>();
  private readonly dispatcher = new Dispatcher(this);

  constructor(
    readonly options: SimPoolOptions,
    saved?: SavedState,
  ) {
    const { seed, profile } = options;
    this.clock = makeClock(options, saved);
    this.ids = new SeededRandom(seed, saved === undefined ? 'ids' : `ids-${saved.generation}`);
    this.chance = new SeededRandom(seed, 'chance');
    const resolved = typeof profile === 'string' ? latencyProfile(profile) : profile;
    this.latency = new LatencyModel(resolved, new SeededRandom(seed, 'latency'));
    this.log = new CallLog(options.logCapacity);
    this.faults = new FaultRules(new SeededRandom(seed, 'faults'));
    this.db = new Database(modelOf(options.personality), this.ids, dataModel());
    this.contents = new DiskContents(options.diskContent);
    this.sessions = new Sessions(this);
    this.tasks = new Tasks(this);
    this.events = new EventSource(this);
    this.legacyEvents = new LegacyEvents(this);
    this.conflicts = new ConflictWaiters(this);
    if (saved === undefined) buildWorld(this);
    else restoreState(this, saved);
    if (saved === undefined) enrolDirectory(this);
    this.hosts = this.db.rows('host').map((row) => newSimHost(row, row === this.master));
    for (const host of this.hosts) if (saved?.darkHosts?.includes(host.row.ref) === true) switchOff(host);
    for (const cls of ['VM', 'VDI', 'VBD', 'VIF', 'SR', 'network', 'host', 'pool']) {
      for (const row of this.db.rows(cls)) this.refreshAllowed(row);
    }
    if (saved !== undefined) this.resumeGuests();
    startDaemons(this);
  }

  get pool(): Row {
    const [pool] = this.db.rows('pool');
    if (pool === undefined) throw new Error('the pool row is missing');
    return pool;
  }

  get master(): Row {
    return this.db.get('host', this.pool.link('master'));
  }

  dispatch(hostIndex: number, request: CallRequest): Promise<TypedResult> {
    return this.dispatcher.dispatch(this.hostAt(hostIndex), request);
  }

  hostAt(index: number): SimHost {
    const host = this.hosts[index];
    if (host === undefined) throw new RangeError(`no host ${index}; there are ${this.hosts.length}`);
    return host;
  }

  queue(name: string, capacity: number): FifoQueue {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const made = new FifoQueue(name, capacity);
    this.queues.set(name, made);
    return made;
  }

  link(name: string): SharedLink {
    const known = this.links.get(name);
    if (known !== undefined) return known;
    const made = new SharedLink(this.clock);
    this.links.set(name, made);
    return made;
  }

  /** Occupied and waiting places of every queue that was used. */
  queueStates(): QueueState[] {
    return [...this.queues.values()].map(({ name, capacity, holders, length }) => ({
      name,
      capacity,
      held: holders,
      waiting: length,
    }));
  }

  get conflictWaiters(): number {
    return this.conflicts.count;
  }

  waitForConflict(call: CallScope, attempt: number): Promise<void> {
    return this.conflicts.wait(call, attempt);
  }

  wakeConflictWaiters(): void {
    this.conflicts.wakeAll();
  }

  refreshAllowed(row: Row): void {
    refreshAllowedOperations(this, row);
  }

  /** Starts work that nobody waits for; its failure is kept in `crashes`. */
  runInBackground(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.reportCrash(error));
  }

  reportCrash(error: unknown): void {
    this.crashes.push(error);
  }

  /** Guests that were still booting when the pool was saved boot again. */
  private resumeGuests(): void {
    for (const vm of this.db.rows('VM')) {
      const silent = vm.text('power_state') === 'Running' && isNullRef(vm.link('guest_metrics'));
      if (silent && !vm.bool('is_control_domain')) bootGuest(this, vm);
    }
  }

  close(): void {
    this.clock.close();
    this.contents.close();
  }
}

function makeClock(options: SimPoolOptions, saved: SavedState | undefined): SimClock {
  const { clock, startTime } = options;
  // A restored pool never sees its time run backwards.
  const earliest = saved?.now ?? 0;
  if (clock.mode === 'virtual') {
    return new VirtualClock(
      Math.max(startTime ?? VIRTUAL_START, earliest),
      clock.auto === true ? 'auto' : 'manual',
    );
  }
  return new ScaledClock(
    clock.mode === 'scaled' ? clock.speed : 1,
    Math.max(startTime ?? Date.now(), earliest),
  );
}
