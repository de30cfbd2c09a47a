/**
 * A pool that obeys the planner's predictions, takes time for everything, and fails as a script says. It outlives the
 * processes that talk to it: what was begun goes on when its caller is dead. It keeps a list of everything that would
 * be a twin or a deed without an intent.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  EMPTY_OBSERVED,
  actionKey,
  areCompatible,
  locksOf,
  onlyWaits,
  predict,
  vsysOfPart,
  type Action,
  type ActionContext,
  type ActionKey,
  type ActionKind,
  type Clock,
  type DomainError,
  type HostUuid,
  type ObservedVsys,
  type PoolCapacity,
  type Settlement,
  type Slot,
  type VsysId,
} from '@openvsys/vsys';
import { HOSTS, SR } from './fixtures.js';

/**
 * `refuse`: nothing happens, an error comes back · `lose-answer`: it happens, but the caller hears nothing of it ·
 * `cut`: the connection breaks at once, it happens later.
 */
export type PoolFault =
  | { readonly is: 'refuse'; readonly error: DomainError }
  | { readonly is: 'lose-answer'; readonly error: DomainError }
  | { readonly is: 'cut'; readonly error: DomainError }
  | { readonly is: 'conflict'; readonly message: string };

export interface Effect {
  readonly key: ActionKey;
  readonly actionId: string;
  readonly host: HostUuid | null;
  readonly begun: number;
  readonly ended: number;
}

const DURATION_MS: Partial<Record<ActionKind, number>> = { 'vserver.clone': 1300, 'vserver.start': 2000 };
const USUAL_MS = 200;

export class FakePool {
  readonly effects: Effect[] = [];
  /** What must never happen. */
  readonly violations: string[] = [];
  readonly #worlds = new Map<VsysId, ObservedVsys>();
  readonly #running = new Map<ActionKey, Action>();
  readonly #faults: {
    readonly matches: (key: ActionKey) => boolean;
    left: number;
    readonly fault: PoolFault;
  }[] = [];
  readonly #followers = new Set<(vsys: VsysId) => void>();
  hostMemoryMiB = 64 * 1024;
  availableHosts: readonly HostUuid[] = HOSTS;
  /** Tells whether the intent of an action is stored; set by the harness. */
  intentIsStored: (actionId: string) => boolean = () => true;
  concurrency = 16;
  /** Instead of the usual durations, ms. */
  durations: Partial<Record<ActionKind, number>> = {};
  answersLost = 0;

  constructor(readonly clock: Clock & { readonly elapsed: number }) {}

  world(vsys: VsysId): ObservedVsys {
    return this.#worlds.get(vsys) ?? EMPTY_OBSERVED;
  }

  /** Somebody else changes the pool behind our back. */
  meddle(vsys: VsysId, change: (world: ObservedVsys) => ObservedVsys): void {
    this.#worlds.set(vsys, change(this.world(vsys)));
    this.#tell(vsys);
  }

  /** The next `times` actions whose key begins with `prefix` go wrong. */
  fail(prefix: string, fault: PoolFault, times = 1): void {
    this.#faults.push({ matches: (key) => key.startsWith(prefix), left: times, fault });
  }

  follow(listener: (vsys: VsysId) => void): () => void {
    this.#followers.add(listener);
    return () => this.#followers.delete(listener);
  }

  count(prefix: string): number {
    return this.effects.filter((effect) => effect.key.startsWith(prefix)).length;
  }

  /** Goes on to its end whoever asked for it. */
  async perform(action: Action, context: ActionContext): Promise<void> {
    const key = actionKey(action);
    if (!this.intentIsStored(context.actionId)) this.violations.push(`${key} without a stored intent`);
    this.#checkCompany(key, action);
    const fault = this.#takeFault(key, ['refuse', 'lose-answer', 'cut']);
    const work = this.#work(action, context, fault?.is === 'refuse' ? fault.error : undefined);
    if (fault?.is === 'lose-answer') await work;
    else if (fault?.is !== 'cut') return await work;
    this.answersLost += 1;
    throw fault.error;
  }

  async #work(action: Action, context: ActionContext, refusal: DomainError | undefined): Promise<void> {
    const key = actionKey(action);
    const begun = this.clock.elapsed;
    this.#running.set(key, action);
    try {
      const ms = this.durations[action.kind] ?? DURATION_MS[action.kind] ?? USUAL_MS;
      const probe = action.kind === 'vserver.await' ? action.probe : undefined;
      if (probe !== undefined && context.answered !== undefined)
        await context.answered(probe, context.signal);
      else await (onlyWaits(action) ? this.clock.sleep(ms, context.signal) : this.clock.sleep(ms));
      // A wait goes on in its caller, not in the pool; who asks about it has found it given up.
      if (onlyWaits(action) && this.#running.get(key) !== action) return;
      if (refusal !== undefined) throw refusal;
      this.#apply(action, context, begun);
    } finally {
      this.#running.delete(key);
    }
  }

  #checkCompany(key: ActionKey, action: Action): void {
    if (this.#running.has(key)) this.violations.push(`${key} begun twice at the same time`);
    for (const [other, running] of this.#running) {
      if (!areCompatible(locksOf(action), locksOf(running)))
        this.violations.push(`${key} begun during ${other}`);
    }
  }

  settle(action: Action): Settlement {
    const key = actionKey(action);
    const fault = this.#takeFault(key, ['conflict']);
    if (fault?.is === 'conflict') return fault;
    const running = this.#running.get(key);
    // As a pool: a guest that is being asked to shut down does not keep anybody from asking again, or from cutting its power.
    const isAsking = running?.kind === 'vserver.stop' && running.mode === 'clean';
    if (running !== undefined && (isAsking || onlyWaits(running))) this.#running.delete(key);
    else if (running !== undefined) return { is: 'running' };
    return { is: this.#isDone(action) ? 'done' : 'absent' };
  }

  slots(action: Action, host: HostUuid | null): readonly Slot[] {
    if (onlyWaits(action)) return [];
    const common = { name: 'pool', capacity: this.concurrency };
    if (action.kind === 'vserver.clone') return [common, { name: `template:${action.image}`, capacity: 1 }];
    if (action.kind === 'vserver.start' && host !== null)
      return [common, { name: `host:${host}`, capacity: 2 }];
    return [common];
  }

  capacity(): PoolCapacity {
    const running = [...this.#worlds.values()].flatMap((world) =>
      world.servers.filter(({ power }) => power === 'running'),
    );
    const hosts = HOSTS.map((uuid, index) => {
      const mine = running.filter((server) => server.host === uuid);
      return {
        uuid,
        name: `host-${index + 1}`,
        available: this.availableHosts.includes(uuid),
        cpus: 16,
        memoryMiB: this.hostMemoryMiB,
        freeMemoryMiB: this.hostMemoryMiB - mine.reduce((sum, server) => sum + server.memoryMiB, 0),
        roles: [],
      };
    });
    return {
      hosts,
      srs: [{ uuid: SR, name: 'nfs', type: 'nfs', shared: true, sizeGiB: 1000, freeGiB: 900 }],
      images: [{ name: 'debian-12', sr: SR, systemDiskGiB: 10 }],
    };
  }

  #apply(action: Action, context: ActionContext, begun: number): void {
    const vsys = vsysOfPart(action.part);
    const key = actionKey(action);
    if (this.#wouldBeTwin(action)) this.violations.push(`${key} made a twin`);
    const world = predict(this.world(vsys), action);
    const placed = action.kind === 'vserver.start' ? placeOn(world, action.part, context.host) : world;
    this.#worlds.set(vsys, placed);
    this.effects.push({
      key,
      actionId: context.actionId,
      host: context.host,
      begun,
      ended: this.clock.elapsed,
    });
    this.#tell(vsys);
  }

  #wouldBeTwin(action: Action): boolean {
    const world = this.world(vsysOfPart(action.part));
    switch (action.kind) {
      case 'vserver.clone':
        return world.servers.some(({ id }) => id === action.part);
      case 'vdisk.create':
        return world.disks.some(({ id }) => id === action.part);
      case 'nic.create':
        return world.nics.some(({ id }) => id === action.part);
      case 'vnet.create':
        return world.nets.some(
          ({ id, vlan, kind }) => id === action.part && vlan === action.net.vlan && kind === action.net.kind,
        );
      case 'vserver.start':
        return world.servers.some(({ id, power }) => id === action.part && power === 'running');
      default:
        return false;
    }
  }

  /** Done is what would change nothing any more; creations count as done when the part is there at all. */
  #isDone(action: Action): boolean {
    if (this.#wouldBeTwin(action)) return true;
    if (action.kind.endsWith('.create') || action.kind === 'vserver.clone' || action.kind === 'vserver.start')
      return false;
    const world = this.world(vsysOfPart(action.part));
    return isDeepStrictEqual(predict(world, action), world);
  }

  #takeFault(key: ActionKey, kinds: readonly PoolFault['is'][]): PoolFault | undefined {
    const entry = this.#faults.find(
      ({ matches, left, fault }) => left > 0 && kinds.includes(fault.is) && matches(key),
    );
    if (entry === undefined) return undefined;
    entry.left -= 1;
    return entry.fault;
  }

  #tell(vsys: VsysId): void {
    for (const follower of this.#followers) follower(vsys);
  }
}

function placeOn(world: ObservedVsys, part: string, host: HostUuid | null): ObservedVsys {
  return {
    ...world,
    servers: world.servers.map((server) => (server.id === part ? { ...server, host } : server)),
  };
}
