/**
 * Another size for a running VM, within the limits that it was booted with. The processors are plugged by the guest, and the memory is
 * given and taken by the balloon in the guest, so it needs its drivers: without them nothing would happen and nobody would tell.
 */
import { DomainError } from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { observeCapacity } from '../observe/observe-capacity.js';
import type { PoolAccess } from './pool-access.js';

const MIB = 2 ** 20;
const NOBODY: ReadonlySet<never> = new Set();

/** Memory in bytes, as in XenAPI `VM.memory_dynamic_min` and `VM.memory_dynamic_max`. */
export interface LiveSize {
  readonly vcpus: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Does nothing when it has the size. Throws `pool-busy` while the guest has not reported its drivers, `conflict` when it has none,
 * `no-capacity` when its host has no memory for more.
 */
export async function resizeLive(
  vm: Located<'VM'>,
  { vcpus, least, most }: LiveSize,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { calls, cache } = pool;
  const { record } = vm;
  const hasMemory = record.memory_dynamic_min === least && record.memory_dynamic_max === most;
  if (hasMemory && record.VCPUs_at_startup === vcpus) return;
  await requireDrivers(vm, pool, signal);
  requireRoom(vm, most, cache);
  if (!hasMemory) {
    await calls.call('VM.set_memory_dynamic_range', [vm.ref, least, most], signal);
    cache.wrote('VM', vm.ref, { memory_dynamic_min: least, memory_dynamic_max: most });
  }
  if (record.VCPUs_at_startup !== vcpus) {
    await calls.task('VM.set_VCPUs_number_live', [vm.ref, vcpus], { signal });
    cache.wrote('VM', vm.ref, { VCPUs_at_startup: vcpus });
  }
}

const STOP_FIRST = 'Stop the server: it has the new size when it starts again.';

/** XenAPI `VM_guest_metrics.PV_drivers_detected` is false, or the whole object missing, for a guest without drivers. */
async function requireDrivers(
  { record: vm }: Located<'VM'>,
  { calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  if (vm.guest_metrics === null)
    throw new DomainError('pool-busy', 'The guest system has not reported its drivers.', {
      retry: 'same',
      remedy: STOP_FIRST,
    });
  const metrics = await calls.call('VM_guest_metrics.get_record', [vm.guest_metrics], signal);
  const isOld = Object.keys(metrics.PV_drivers_version).length > 0;
  if (metrics.PV_drivers_detected || isOld) return;
  throw new DomainError(
    'conflict',
    'The guest system has no drivers that could change its size while it runs.',
    {
      retry: 'after-change',
      remedy: STOP_FIRST,
    },
  );
}

/** The pool itself would take the memory from other guests, or give less than was wished (XenAPI memory ballooning). */
function requireRoom({ record: vm }: Located<'VM'>, most: number, cache: PoolCache): void {
  const moreMiB = (most - vm.memory_dynamic_max) / MIB;
  const uuid = cache.find('host', vm.resident_on)?.uuid;
  const host = observeCapacity(cache, NOBODY).hosts.find((each) => each.uuid === uuid);
  if (moreMiB <= 0 || host === undefined || moreMiB <= host.freeMemoryMiB) return;
  throw new DomainError('no-capacity', 'The host of the server has no memory for so much more.', {
    retry: 'after-change',
    remedy: `${STOP_FIRST} It may start on another host.`,
    details: { neededMiB: moreMiB, freeMiB: host.freeMemoryMiB },
  });
}
