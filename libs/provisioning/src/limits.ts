/**
 * Pool-wide limits: every action takes its slots (`sr:…`, `host:…`, `template:…`, `pool`) before it is performed.
 * All slots of an action are taken at once or none, so no two can wait for each other.
 *
 *   acquire ──► waiting ──granted──► holding ──release──► (gone)
 *                  └── aborted / refused ──► (gone)
 *
 * Order: tenants take turns, the one whose last turn is longest ago first, so that a small tenant waits for one turn of a large
 * one's backlog and not for all that came before; within a tenant by priority, then by age. Not by what tenants hold: of a slot
 * that one action has at a time nobody holds anything when it is given again, and who holds others would wait for ever.
 */
import { asDomainError, type DomainError, type HostUuid, type Slot } from '@openvsys/vsys';

/** What a request would take now. It is asked again at every look, so a host is chosen from the newest state. */
export type Bid =
  | {
      readonly is: 'slots';
      readonly slots: readonly Slot[];
      readonly host: HostUuid | null;
      readonly taken?: () => () => void;
    }
  | { readonly is: 'wait' }
  | { readonly is: 'refused'; readonly error: DomainError };

export interface SlotRequest {
  readonly tenant: string;
  /** Compared number by number; lower goes first. */
  readonly priority: readonly number[];
  /** `taken` of the answer is called when granted; what it returns is called on release. */
  bid(room: Room): Bid;
  readonly signal: AbortSignal;
}

export interface Room {
  hasRoom(slots: readonly Slot[]): boolean;
}

export interface Grant {
  readonly host: HostUuid | null;
  /** Gives the slots back; more than one call is harmless. */
  release(): void;
}

interface Waiting {
  readonly request: SlotRequest;
  readonly age: number;
  readonly grant: (grant: Grant) => void;
  readonly refuse: (error: unknown) => void;
}

interface Tenant {
  readonly queue: Waiting[];
  held: number;
  /** Number of its last turn; 0: it had none. */
  servedAt: number;
}

export class PoolLimits implements Room {
  readonly #used = new Map<string, number>();
  readonly #tenants = new Map<string, Tenant>();
  #age = 0;
  #turn = 0;
  #scanPlanned = false;

  /** `beforeScan` lets callers drop what they remembered of the pool since the last look. */
  constructor(private readonly beforeScan: () => void = () => {}) {}

  /** Resolves when the slots are taken; rejects with the refusal or with the reason of the signal. */
  async acquire(request: SlotRequest): Promise<Grant> {
    request.signal.throwIfAborted();
    return await new Promise<Grant>((resolve, reject) => {
      const tenant = this.#tenantOf(request.tenant);
      const waiting: Waiting = { request, age: this.#age++, grant: resolve, refuse: reject };
      const abort = () => {
        removeFrom(tenant.queue, waiting);
        reject(request.signal.reason as Error);
      };
      request.signal.addEventListener('abort', abort, { once: true });
      insertByPriority(tenant.queue, waiting);
      this.#planScan();
    });
  }

  hasRoom(slots: readonly Slot[]): boolean {
    return slots.every((slot) => (this.#used.get(slot.name) ?? 0) < slot.capacity);
  }

  /** Looks again: called by owners of other bounds (memory, capacity) when those changed. */
  reconsider(): void {
    this.#planScan();
  }

  /** Requests that wait for slots, for metrics. */
  get waiting(): number {
    let sum = 0;
    for (const tenant of this.#tenants.values()) sum += tenant.queue.length;
    return sum;
  }

  /** Many releases and requests of one moment are answered by one look. */
  #planScan(): void {
    if (this.#scanPlanned) return;
    this.#scanPlanned = true;
    queueMicrotask(() => {
      this.#scanPlanned = false;
      this.beforeScan();
      this.#scan();
    });
  }

  /** Grants only take room away, so within one scan a request that had to wait need not be asked again. */
  #scan(): void {
    const cursors = new Map<Tenant, number>();
    for (;;) {
      const tenant = this.#nextTenant(cursors);
      if (tenant === undefined) break;
      const cursor = cursors.get(tenant) ?? 0;
      const waiting = tenant.queue[cursor];
      if (waiting === undefined || !this.#settle(tenant, waiting)) cursors.set(tenant, cursor + 1);
    }
    this.#forgetIdle();
  }

  #nextTenant(cursors: ReadonlyMap<Tenant, number>): Tenant | undefined {
    let best: Tenant | undefined;
    let bestRank: readonly number[] = [];
    for (const tenant of this.#tenants.values()) {
      const head = tenant.queue[cursors.get(tenant) ?? 0];
      if (head === undefined) continue;
      const rank = [tenant.servedAt, head.age];
      if (best === undefined || comparePriority(rank, bestRank) < 0) {
        best = tenant;
        bestRank = rank;
      }
    }
    return best;
  }

  /** True when the request left the queue. */
  #settle(tenant: Tenant, waiting: Waiting): boolean {
    const bid = bidSafely(waiting.request, this);
    if (bid.is === 'wait' || (bid.is === 'slots' && !this.hasRoom(bid.slots))) return false;
    removeFrom(tenant.queue, waiting);
    if (bid.is === 'refused') waiting.refuse(bid.error);
    else waiting.grant(this.#take(tenant, bid));
    return true;
  }

  #take(tenant: Tenant, bid: Extract<Bid, { is: 'slots' }>): Grant {
    const names = bid.slots.map((slot) => slot.name);
    for (const name of names) this.#used.set(name, (this.#used.get(name) ?? 0) + 1);
    tenant.held += 1;
    tenant.servedAt = ++this.#turn;
    const untake = bid.taken?.();
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      for (const name of names) this.#giveBack(name);
      tenant.held -= 1;
      untake?.();
      this.#planScan();
    };
    return { host: bid.host, release };
  }

  #giveBack(name: string): void {
    const left = (this.#used.get(name) ?? 1) - 1;
    if (left <= 0) this.#used.delete(name);
    else this.#used.set(name, left);
  }

  #tenantOf(name: string): Tenant {
    const known = this.#tenants.get(name);
    if (known !== undefined) return known;
    const fresh: Tenant = { queue: [], held: 0, servedAt: 0 };
    this.#tenants.set(name, fresh);
    return fresh;
  }

  #forgetIdle(): void {
    for (const [name, tenant] of this.#tenants) {
      if (tenant.queue.length === 0 && tenant.held === 0) this.#tenants.delete(name);
    }
  }
}

/** A bid that throws refuses its own request, not the whole scan. */
function bidSafely(request: SlotRequest, room: Room): Bid {
  try {
    return request.bid(room);
  } catch (error) {
    return { is: 'refused', error: asDomainError(error) };
  }
}

function insertByPriority(queue: Waiting[], waiting: Waiting): void {
  const at = queue.findIndex(
    (other) => comparePriority(waiting.request.priority, other.request.priority) < 0,
  );
  if (at === -1) queue.push(waiting);
  else queue.splice(at, 0, waiting);
}

function comparePriority(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function removeFrom(queue: Waiting[], waiting: Waiting): void {
  const at = queue.indexOf(waiting);
  if (at !== -1) queue.splice(at, 1);
}
