/**
 * Objects of an import that is not whole: noted as they are made, removed when it fails. What a lost answer hides from the
 * notes carries the name or mark of the import and is found by the sweep.
 */
import type { Ref } from '../generated/records.js';
import type { PoolAccess } from '../actions/pool-access.js';
import { XenApiError } from '../transport/transport.js';

/** The control domain lets go of a disk some seconds after a transfer. */
const DETACH_TRIES = 10;
const DETACH_PAUSE_MS = 1_000;
const CLEAN_UP_MS = 120_000;

export class WorkObjects {
  readonly vms: Ref<'VM'>[] = [];
  readonly vdis: Ref<'VDI'>[] = [];

  /** Removes what was noted. Never throws: what cannot be removed now is found by the sweep. */
  async remove(pool: PoolAccess): Promise<void> {
    const signal = AbortSignal.timeout(CLEAN_UP_MS);
    for (const vm of this.vms) await removeVm(pool, vm, signal).catch(() => undefined);
    for (const vdi of this.vdis) await removeDisk(pool, vdi, signal).catch(() => undefined);
  }
}

const isGone = (error: unknown): boolean => error instanceof XenApiError && error.code === 'HANDLE_INVALID';

/** The VM, its disks and the memory of one that sleeps. Resolves when it is gone already. Throws XenApiError, TransportError. */
export async function removeVm(pool: PoolAccess, vm: Ref<'VM'>, signal: AbortSignal): Promise<void> {
  const disks = pool.cache
    .referring('VBD', 'VM', vm)
    .flatMap(({ record }) => (record.type === 'Disk' && record.VDI !== null ? [record.VDI] : []));
  const told = await disksOfVm(pool, vm, signal);
  await pool.calls.task('VM.destroy', [vm], { signal }).catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
  pool.cache.removed('VM', vm);
  for (const vdi of new Set([...disks, ...told])) await removeDisk(pool, vdi, signal);
}

/** Asked of the pool itself: what was just made may not be in the cache. */
async function disksOfVm(
  pool: PoolAccess,
  vm: Ref<'VM'>,
  signal: AbortSignal,
): Promise<readonly Ref<'VDI'>[]> {
  try {
    const { VBDs, suspend_VDI: memory } = await pool.calls.call('VM.get_record', [vm], signal);
    const records = await Promise.all(
      VBDs.map(async (vbd) => pool.calls.call('VBD.get_record', [vbd], signal)),
    );
    const disks = records.flatMap(({ type, VDI }) => (type === 'Disk' && VDI !== null ? [VDI] : []));
    return memory === null ? disks : [...disks, memory];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Resolves when it is gone already. */
export async function removeDisk(pool: PoolAccess, vdi: Ref<'VDI'>, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await pool.calls.task('VDI.destroy', [vdi], { signal });
      break;
    } catch (error) {
      if (isGone(error)) break;
      const isHeld = error instanceof XenApiError && error.code === 'VDI_IN_USE';
      if (!isHeld || attempt >= DETACH_TRIES) throw error;
      await pool.clock.sleep(DETACH_PAUSE_MS, signal);
    }
  }
  pool.cache.removed('VDI', vdi);
}
