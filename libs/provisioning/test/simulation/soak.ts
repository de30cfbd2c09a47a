/**
 * Many systems after each other on one pool, while workers die, answers get lost, the database goes away and an administrator moves
 * servers by hand. When the last one is deleted nothing may be left.
 *
 *   slot: admitted ─► reached ─► changed, some changed again ─► moved by hand ─► deleted ─► the next system takes the slot
 */
import { contractId, vsysIdOf, type OperationId, type VsysId, type VsysSpec } from '@openvsys/vsys';
import { server, system } from '../fakes/fixtures.js';
import { Cell } from './cell.js';
import { randomMishaps } from './random-story.js';

export interface SoakOptions {
  readonly seed: number;
  /** Servers made and deleted in all. */
  readonly servers: number;
  /** Told now and then. */
  readonly onProgress?: (made: number) => void;
}

export interface SoakFigures {
  readonly systems: number;
  readonly servers: number;
  readonly changes: number;
  readonly moves: number;
  readonly mishaps: Readonly<Record<string, number>>;
  /** Hours of the pool's time. */
  readonly hours: number;
  readonly calls: number;
  /** Objects of ours in the pool, unended tasks, and sessions beyond those of workers that live. */
  readonly left: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

const SERVERS_A_SYSTEM = 6;
const SLOTS = 12;
const HOSTS = 8;
const STEP_MS = 1_000;
/** Mishaps as in the stories of single systems come again this often. */
const MISHAPS_EVERY_MS = 60_000;
/** Looking for twins at each step of time would take most of the time. */
const LOOKS_SKIPPED = 200;
const GIB = 2 ** 30;
const ADMIN = 'an administrator';

interface Slot {
  vsys: VsysId;
  last: OperationId;
  changesLeft: number;
  phase: 'changing' | 'deleting';
}

export class Soak extends Cell {
  readonly #slots = new Map<number, Slot>();
  readonly #mishaps: Record<string, number> = {};
  #systems = 0;
  #changes = 0;
  #moves = 0;
  #looks = 0;

  constructor(private readonly options: SoakOptions) {
    super(options.seed, {
      pool: { hostCount: HOSTS, hostMemoryBytes: 64 * GIB, logCapacity: 1_000 },
    });
  }

  async run(): Promise<SoakFigures> {
    const begin = this.clock.now().getTime();
    this.startWorkers();
    const session = await this.#logIn();
    const wanted = Math.ceil(this.options.servers / SERVERS_A_SYSTEM);
    let mishapsAt = begin;
    while (this.#systems < wanted || this.#slots.size > 0) {
      const now = this.clock.now().getTime();
      if (now >= mishapsAt) {
        this.#strike();
        mishapsAt = now + MISHAPS_EVERY_MS;
      }
      this.#fillSlots(wanted);
      for (const [number, slot] of this.#slots) this.#carryOn(number, slot, session);
      await this.passUntil(now + STEP_MS);
    }
    this.calm();
    await this.passWhile(() => this.database.openActions.length > 0);
    return this.#figures(begin);
  }

  protected override look(): void {
    this.#looks += 1;
    if (this.#looks % LOOKS_SKIPPED !== 0) return;
    const names = new Set<string>();
    for (const vm of this.sim.pool.db.rows('VM')) {
      if (vm.map('other_config')['openvsys-vsys'] === undefined || vm.bool('is_a_snapshot')) continue;
      const name = vm.text('name_label');
      if (names.has(name)) this.violate(`two VMs are ${name}`);
      names.add(name);
    }
  }

  #fillSlots(wanted: number): void {
    for (let number = 0; number < SLOTS && this.#systems < wanted; number += 1) {
      if (this.#slots.has(number)) continue;
      this.#systems += 1;
      const vsys = vsysIdOf(
        contractId('SOAK0001'),
        this.#systems.toString(36).toUpperCase().padStart(9, '0'),
      );
      const last = this.database.admit(this.#specOf(vsys, number), 'keep');
      this.#slots.set(number, { vsys, last, changesLeft: this.random.int(1, 3), phase: 'changing' });
      this.options.onProgress?.(this.#systems * SERVERS_A_SYSTEM);
    }
  }

  /** The next thing, as soon as the one before is done; nobody waits for a system that is parked. */
  #carryOn(number: number, slot: Slot, session: string): void {
    this.resumeParked(slot.vsys, slot.last);
    if (!this.isReached(slot.vsys)) return;
    if (slot.phase === 'deleting') {
      this.#slots.delete(number);
      return;
    }
    this.#moveByHand(slot.vsys, session);
    const { spec } = this.database.system(slot.vsys);
    if (slot.changesLeft === 0) {
      slot.phase = 'deleting';
      slot.last = this.database.admit({ ...spec, presence: 'absent' }, 'keep');
      return;
    }
    slot.changesLeft -= 1;
    this.#changes += 1;
    slot.last = this.database.admit(this.#changed(spec), 'keep');
  }

  #specOf(vsys: VsysId, slot: number): VsysSpec {
    const servers = Array.from({ length: SERVERS_A_SYSTEM }, (_, n) => this.#serverOf(vsys, slot, n + 1));
    const spec = system(vsys, servers);
    return { ...spec, nets: spec.nets.map((net) => ({ ...net, vlan: 100 + slot })) };
  }

  #serverOf(vsys: VsysId, slot: number, n: number) {
    const plain = server(vsys, n, { startOrder: this.random.int(1, 2) });
    const mac = `02:6f:76:${[slot, n >> 8, n & 0xff].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
    return {
      ...plain,
      image: 'debian-13',
      systemDiskGiB: 4,
      nics: plain.nics.map((nic) => ({ ...nic, mac })),
    };
  }

  /** Another memory, another power, a restart, or one server less. */
  #changed(spec: VsysSpec): VsysSpec {
    const kind = this.random.int(0, 3);
    if (kind === 0 && spec.servers.length > 2) return { ...spec, servers: spec.servers.slice(0, -1) };
    const chosen = this.random.pick(spec.servers).id;
    const servers = spec.servers.map((each) => {
      if (each.id !== chosen) return each;
      if (kind === 1) return { ...each, memoryMiB: each.memoryMiB === 1024 ? 2048 : 1024 };
      if (kind === 2 && each.power === 'running') return { ...each, restarts: each.restarts + 1 };
      return { ...each, power: each.power === 'running' ? ('stopped' as const) : ('running' as const) };
    });
    return { ...spec, servers };
  }

  async #logIn(): Promise<string> {
    let session: string | undefined;
    void this.sim
      .transportFor(0)
      .call('session.login_with_password', ['root', 'secret', '1.0', ADMIN])
      .then((ref) => {
        session = String(ref);
      });
    await this.passWhile(() => session === undefined);
    return session ?? '';
  }

  /** XenAPI VM.pool_migrate of one running server to any host; refusals are nobody's business. */
  #moveByHand(vsys: VsysId, session: string): void {
    const { db } = this.sim.pool;
    const running = db
      .rows('VM')
      .filter(
        (vm) => vm.map('other_config')['openvsys-vsys'] === vsys && vm.text('power_state') === 'Running',
      );
    if (running.length === 0) return;
    const [vm, host] = [this.random.pick(running), this.random.pick(db.rows('host').map(({ ref }) => ref))];
    this.#moves += 1;
    void this.sim
      .transportFor(0)
      .call('VM.pool_migrate', [session, vm.ref, host, { live: 'true' }])
      .catch(() => undefined);
  }

  #strike(): void {
    for (const mishap of randomMishaps(this.random, MISHAPS_EVERY_MS)) {
      this.#mishaps[mishap.is] = (this.#mishaps[mishap.is] ?? 0) + 1;
      this.befall(mishap);
    }
  }

  #figures(begin: number): SoakFigures {
    const { db, log } = this.sim.pool;
    const ofOurs = (cls: string): number =>
      db.rows(cls).filter((row) => JSON.stringify(row.get('other_config')).includes('SOAK0001')).length;
    const inUse = new Set(['VM', 'VDI', 'network'].flatMap((cls) => db.rows(cls).map(({ ref }) => ref)));
    const dangling = (cls: string, field: string): number =>
      db.rows(cls).filter((row) => !inUse.has(row.link(field))).length;
    const unended = db.rows('task').filter((task) => task.text('status') === 'pending').length;
    const known = new Set([ADMIN, ...this.living]);
    return {
      systems: this.#systems,
      servers: this.#systems * SERVERS_A_SYSTEM,
      changes: this.#changes,
      moves: this.#moves,
      mishaps: this.#mishaps,
      hours: Math.round((this.clock.now().getTime() - begin) / 360_000) / 10,
      calls: log.lastSeq,
      left: {
        ...Object.fromEntries(['VM', 'VDI', 'network'].map((cls) => [cls, ofOurs(cls)])),
        VLAN: db.count('VLAN'),
        VBD: dangling('VBD', 'VM'),
        VIF: dangling('VIF', 'VM'),
        tasks: unended,
        sessions: db.rows('session').filter((row) => known.has(row.text('originator'))).length - known.size,
        actions: this.database.openActions.length,
        holdings: this.database.holdings.size,
      },
      violations: this.violations,
    };
  }
}
