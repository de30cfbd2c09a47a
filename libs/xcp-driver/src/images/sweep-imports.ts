/**
 * Finds and removes what imports and copies left that are not under way. Objects are ours to remove only by the mark of an
 * import or by the name that a work in progress has; tasks only by that name.
 */
import type { PoolAccess } from '../actions/pool-access.js';
import { abandonTask } from '../content/transfer-task.js';
import type { Ref } from '../generated/records.js';
import { decodeTaskResult } from '../tasks/task-result.js';
import { XenApiError } from '../transport/transport.js';
import { IMAGE_TAG, importOf, importOfName, isOurImage } from './image-tags.js';
import { removeDisk, removeVm } from './work-objects.js';

/** Answers how many machines, disks and tasks were removed. */
export async function sweepImports(
  pool: PoolAccess,
  isRunning: (importId: string) => boolean,
  signal: AbortSignal,
): Promise<number> {
  const fromTasks = await sweepTasks(pool, isRunning, signal);
  const isLeft = (importId: string | undefined): boolean => importId !== undefined && !isRunning(importId);
  const vms = [...pool.cache.all('VM')]
    .filter(([, vm]) => !vm.is_control_domain && isLeft(importOf(vm)))
    .map(([ref]) => ref as Ref<'VM'>);
  for (const vm of vms) await removeVm(pool, vm, signal);
  const vdis = [...pool.cache.all('VDI')]
    .filter(([, vdi]) => isLeft(vdi.other_config[IMAGE_TAG.import]))
    .map(([ref]) => ref as Ref<'VDI'>);
  for (const vdi of vdis) await removeDisk(pool, vdi, signal);
  return fromTasks + vms.length + vdis.length;
}

/** A finished import whose machine nobody marked is known by its task only. */
async function sweepTasks(
  pool: PoolAccess,
  isRunning: (importId: string) => boolean,
  signal: AbortSignal,
): Promise<number> {
  const tasks = await pool.calls.call('task.get_all_records', [], signal);
  let removed = 0;
  for (const [ref, { name_label, status, result }] of Object.entries(tasks)) {
    const importId = importOfName(name_label);
    if (importId === undefined || isRunning(importId)) continue;
    const task = ref as Ref<'task'>;
    if (status === 'success') removed += await removeResult(pool, result, signal);
    await abandonTask(pool, task);
    removed += 1;
  }
  return removed;
}

async function removeResult(pool: PoolAccess, result: string, signal: AbortSignal): Promise<number> {
  const vms = decodeTaskResult('VM.import', result);
  let removed = 0;
  for (const vm of vms) {
    const record = await pool.calls.call('VM.get_record', [vm], signal).catch(goneAsUndefined);
    // An import that became an image was whole: only its task was left.
    if (record === undefined || isOurImage(record)) continue;
    await removeVm(pool, vm, signal);
    removed += 1;
  }
  return removed;
}

function goneAsUndefined(error: unknown): undefined {
  if (error instanceof XenApiError && error.code === 'HANDLE_INVALID') return undefined;
  throw error;
}
