/** Brings a VM down: cleanly with a time limit, after which the plug is pulled; or at once. */
import type { Located } from '../cache/pool-cache.js';
import { TaskOverdueError } from '../tasks/task-watcher.js';
import { XenApiError } from '../transport/transport.js';
import type { ActionHandler } from './action-handler.js';
import { findVm } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';
import { notePower } from './vserver-start.js';

/** The guest cannot, or will not, do what it is asked. */
const GUEST_DECLINES = new Set([
  'VM_LACKS_FEATURE',
  'VM_MISSING_PV_DRIVERS',
  'VM_OLD_PV_DRIVERS',
  'VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT',
  'VM_SHUTDOWN_TIMEOUT',
]);

export function guestDeclined(error: unknown): boolean {
  return (
    error instanceof TaskOverdueError || (error instanceof XenApiError && GUEST_DECLINES.has(error.code))
  );
}

/** Already in the state that was asked for. */
const isAlreadyHalted = (error: unknown): boolean =>
  error instanceof XenApiError &&
  error.code === 'VM_BAD_POWER_STATE' &&
  error.params[2]?.toLowerCase() === 'halted';

/** Only a running guest can be asked. One that cannot be woken (no room, no memory image) is not asked. */
async function isAwake(
  { ref, record }: Located<'VM'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    if (record.power_state === 'Paused') await pool.calls.task('VM.unpause', [ref], { signal });
    if (record.power_state === 'Suspended')
      await pool.calls.task('VM.resume', [ref, false, false], { signal });
    return true;
  } catch (error) {
    if (error instanceof XenApiError) return false;
    throw error;
  }
}

async function bringDown(
  vm: Located<'VM'>,
  mode: 'clean' | 'hard',
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  if (mode === 'clean' && (await isAwake(vm, pool, signal))) {
    try {
      await pool.calls.task('VM.clean_shutdown', [vm.ref], { signal, timeoutMs: pool.cleanShutdownMs });
      return;
    } catch (error) {
      if (!guestDeclined(error)) throw error;
    }
  }
  await pool.calls.task('VM.hard_shutdown', [vm.ref], { signal });
}

export const vserverStop: ActionHandler<'vserver.stop'> = {
  // A clean shutdown that still waits for its guest is no reason to wait: stopping again is safe, and pulls the plug in time.
  methods: ['VM.hard_shutdown', 'VM.unpause', 'VM.resume'],
  isDone: ({ part }, { cache }) => {
    const vm = findVm(cache, part);
    return vm === undefined || vm.record.power_state === 'Halted';
  },
  perform: async ({ part, mode }, pool, { signal }) => {
    const vm = findVm(pool.cache, part);
    if (vm === undefined || vm.record.power_state === 'Halted') return;
    try {
      await bringDown(vm, mode, pool, signal);
    } catch (error) {
      if (!isAlreadyHalted(error)) throw error;
    }
    notePower(pool.cache, vm.ref, false);
  },
};
