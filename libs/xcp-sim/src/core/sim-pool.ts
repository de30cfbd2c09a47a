// Purpose: one simulated pool as everything that acts on it sees it: its tables, its time, its chance, its services.
import type { CallLog } from '../log/call-log.js';
import type { CallRequest, TypedResult } from '../dispatch/call-request.js';
import type {
  CallScope,
  EventService,
  LegacyEventService,
  SessionService,
  TaskService,
} from './pool-services.js';
import type { Connections } from './connections.js';
import type { DiskContents } from '../storage/content/disk-contents.js';
import type { Database } from '../database/database.js';
import type { FaultRules } from '../faults/fault-rules.js';
import type { FifoQueue } from '../queues/fifo-queue.js';
import type { LatencyModel } from '../latency/latency-model.js';
import type { Row } from '../database/row.js';
import type { SeededRandom } from '../random/seeded-random.js';
import type { SharedLink } from '../queues/shared-link.js';
import type { SimClock } from '../clock/sim-clock.js';
import type { SimHost } from './sim-host.js';
import type { SimPoolOptions } from './options.js';

export interface QueueState {
  name: string;
  capacity: number;
  held: number;
  waiting: number;
}

export interface SimPool {
  readonly options: SimPoolOptions;
  readonly clock: SimClock;
  readonly db: Database;
  /** The bytes of all disks. */
  readonly contents: DiskContents;
  readonly latency: LatencyModel;
  readonly log: CallLog;
  readonly faults: FaultRules;
  readonly sessions: SessionService;
  readonly tasks: TaskService;
  readonly events: EventService;
  readonly legacyEvents: LegacyEventService;
  readonly connections: Connections;
  /** Identifiers; placement draws from its own stream so that one does not shift the other. */
  readonly ids: SeededRandom;
  readonly chance: SeededRandom;
  /** Errors of the simulator itself; a test asserts that there are none. */
  readonly crashes: unknown[];
  /** VMs on their way to a host: VM reference → host reference. */
  readonly reservations: Map<string, string>;
  readonly pool: Row;
  readonly master: Row;
  /** Calls asleep because an object is busy. */
  readonly conflictWaiters: number;
  busyCalls: number;
  /** Domain numbers count up and are never used twice. */
  nextDomid: number;
  /** Bridges of new networks are numbered. */
  nextBridge: number;
  hosts: SimHost[];
  dispatch(hostIndex: number, request: CallRequest): Promise<TypedResult>;
  /** @throws RangeError */
  hostAt(index: number): SimHost;
  queue(name: string, capacity: number): FifoQueue;
  /** A link of this name, shared by all who use it. */
  link(name: string): SharedLink;
  /** Occupied and waiting places of every queue that was used. */
  queueStates(): QueueState[];
  waitForConflict(call: CallScope, attempt: number): Promise<void>;
  wakeConflictWaiters(): void;
  /** Recomputes `allowed_operations`. */
  refreshAllowed(row: Row): void;
  /** Starts work that nobody waits for; its failure is kept in `crashes`. */
  runInBackground(work: () => Promise<void>): void;
  reportCrash(error: unknown): void;
  close(): void;
}
