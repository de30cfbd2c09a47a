/**
 * What emptying a host means: each running server gets the host that can take it, has the fewest of its role and the most
 * free memory; what cannot move keeps the pool's own reason (XenAPI host.get_vms_which_prevent_evacuation).
 */
import {
  DomainError,
  type HostUuid,
  type MaintenanceMove,
  type MaintenanceObstacle,
  type MaintenancePlan,
} from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import type { Cached } from '../cache/cached-classes.js';
import type { Located } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { observeCapacity } from '../observe/observe-capacity.js';
import { serverOf, TAG } from '../ownership-tags.js';
import { findSuccessor, isCoordinator } from './coordinator.js';
import { obstacleReason } from './obstacle-reason.js';

const MIB = 2 ** 20;

export interface HostMove extends MaintenanceMove {
  readonly vm: Ref<'VM'>;
  readonly target: Ref<'host'>;
}

export interface HostPlan extends MaintenancePlan {
  readonly moves: readonly HostMove[];
}

/** Throws `not-found`. */
export function getHost({ cache }: PoolAccess, uuid: HostUuid): Located<'host'> {
  for (const [ref, record] of cache.all('host')) {
    if (record.uuid === uuid) return { ref: ref as Ref<'host'>, record };
  }
  throw new DomainError('not-found', `The pool has no host ${uuid}.`, {
    remedy: 'Look at the hosts of the pool.',
  });
}

/** Everything on the host but its control domain. */
export function listResidents({ cache }: PoolAccess, host: string): readonly Located<'VM'>[] {
  return [...cache.all('VM')]
    .filter(([, vm]) => vm.resident_on === host && !vm.is_control_domain && !vm.is_a_template)
    .map(([ref, record]) => ({ ref: ref as Ref<'VM'>, record }));
}

/** `moving`: what is on its way already and promised to its target. */
export async function planMaintenance(
  pool: PoolAccess,
  uuid: HostUuid,
  signal: AbortSignal,
  moving: ReadonlyMap<string, HostMove> = new Map(),
): Promise<HostPlan> {
  const host = getHost(pool, uuid);
  const prevented = await listPrevented(pool, host.ref, signal);
  const room = new Room(pool, uuid, [...moving.values()]);
  const moves: HostMove[] = [];
  const obstacles: MaintenanceObstacle[] = [];
  const residents = listResidents(pool, host.ref).filter(({ ref }) => !moving.has(ref));
  for (const vm of residents.toSorted((a, b) => neededBytes(b.record) - neededBytes(a.record))) {
    const said = prevented.get(vm.ref) ?? wrongState(vm.record);
    const move = said === undefined ? await room.place(vm, signal) : undefined;
    if (move === undefined) obstacles.push(obstacleOf(vm.record, said ?? ['NO_HOSTS_AVAILABLE']));
    else moves.push(move);
  }
  const leads = isCoordinator(pool, host.ref);
  return {
    host: uuid,
    isEnabled: host.record.enabled,
    isCoordinator: leads,
    successor: leads ? (findSuccessor(pool, uuid)?.uuid ?? null) : null,
    moves,
    obstacles,
  };
}

const neededBytes = (vm: Cached<'VM'>): number => vm.memory_static_max + vm.memory_overhead;

/** Only what runs can be moved live; XenAPI VM.pool_migrate. */
function wrongState(vm: Cached<'VM'>): readonly string[] | undefined {
  return vm.power_state === 'Running' ? undefined : ['VM_BAD_POWER_STATE', vm.power_state.toLowerCase()];
}

async function listPrevented(
  pool: PoolAccess,
  host: Ref<'host'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const prevented = await pool.calls.call('host.get_vms_which_prevent_evacuation', [host], signal);
  return new Map(Object.entries(prevented));
}

export function obstacleOf(vm: Cached<'VM'>, said: readonly string[]): MaintenanceObstacle {
  const [code = 'INTERNAL_ERROR', ...parameters] = said;
  const reason = obstacleReason(code, parameters);
  return { uuid: vm.uuid, name: vm.name_label, server: serverOf(vm) ?? null, code, reason };
}

/** Free memory and roles of the other hosts, less what this plan has promised already. */
class Room {
  private readonly hosts: { uuid: HostUuid; ref: Ref<'host'>; freeMiB: number; roles: string[] }[];

  constructor(
    private readonly pool: PoolAccess,
    leaving: HostUuid,
    promised: readonly HostMove[],
  ) {
    const capacity = observeCapacity(pool.cache, new Set()).hosts;
    this.hosts = capacity
      .filter(({ uuid, available }) => available && uuid !== leaving)
      .map(({ uuid, freeMemoryMiB, roles }) => ({
        uuid,
        ref: getHost(pool, uuid).ref,
        freeMiB: freeMemoryMiB,
        roles: [...roles],
      }));
    for (const { to, memoryMiB } of promised) this.take(to, memoryMiB, undefined);
  }

  async place({ ref, record }: Located<'VM'>, signal: AbortSignal): Promise<HostMove | undefined> {
    const memoryMiB = Math.ceil(neededBytes(record) / MIB);
    const possible = new Set(await this.pool.calls.call('VM.get_possible_hosts', [ref], signal));
    const role = roleOf(record);
    const [best] = this.hosts
      .filter((host) => possible.has(host.ref) && host.freeMiB >= memoryMiB)
      .toSorted((a, b) => countOf(a.roles, role) - countOf(b.roles, role) || b.freeMiB - a.freeMiB);
    if (best === undefined) return undefined;
    this.take(best.uuid, memoryMiB, role);
    const server = serverOf(record) ?? null;
    return {
      vm: ref,
      target: best.ref,
      uuid: record.uuid,
      name: record.name_label,
      server,
      memoryMiB,
      to: best.uuid,
    };
  }

  private take(uuid: HostUuid, memoryMiB: number, role: string | undefined): void {
    const host = this.hosts.find((each) => each.uuid === uuid);
    if (host === undefined) return;
    host.freeMiB -= memoryMiB;
    if (role !== undefined) host.roles.push(role);
  }
}

const countOf = (roles: readonly string[], role: string | undefined): number =>
  role === undefined ? 0 : roles.filter((each) => each === role).length;

function roleOf({ other_config: tags }: Cached<'VM'>): string | undefined {
  const { [TAG.vsys]: vsys, [TAG.role]: role } = tags;
  return vsys === undefined || role === undefined ? undefined : `${vsys}/${role}`;
}
