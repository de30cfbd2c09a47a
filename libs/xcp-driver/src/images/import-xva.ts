/**
 * An XVA into the pool (XenAPI `/import`): the pool reads it and makes VM and disks. Its task is kept until the VM carries
 * our mark, so that after a crash the VM is found through the task.
 */
import { DomainError, type ImageImport } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { addressSeeing, handlersOf } from '../content/disk-transfer.js';
import { TransferTask } from '../content/transfer-task.js';
import type { Located } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { decodeTaskResult } from '../tasks/task-result.js';
import { XenApiError } from '../transport/transport.js';
import { corrupt } from './formats/image-error.js';
import { IMAGE_TAG, workNameOf } from './image-tags.js';
import type { WorkObjects } from './work-objects.js';

export interface XvaSource {
  readonly bytes: number;
  /** Checked while it is read; called again when the pool names another host. */
  open(): AsyncIterable<Uint8Array>;
  /** What reading it found wrong; that says more than the broken transfer. */
  failure(): unknown;
}

/** Throws what `failure` says, XenApiError, TransportError. What was made is in `work`. */
export async function importXva(
  pool: PoolAccess,
  { importId, signal, onProgress }: ImageImport,
  sr: Located<'SR'>,
  source: XvaSource,
  work: WorkObjects,
): Promise<Ref<'VM'>> {
  const task = await TransferTask.create(pool, workNameOf(importId), signal, { isKept: true });
  try {
    const result = await task.during('VM.import', async () =>
      handlersOf(pool).put({
        path: '/import',
        query: { sr_id: sr.ref, task_id: task.ref, restore: 'false', force: 'false' },
        address: addressSeeing(pool, sr.ref),
        signal,
        bytes: source.bytes,
        open: () => source.open(),
        onSent: (bytes) => onProgress?.({ stage: 'uploading', bytes, total: source.bytes }),
      }),
    );
    const made = decodeTaskResult('VM.import', result);
    work.vms.push(...made);
    const [vm, ...more] = made;
    if (vm === undefined || more.length > 0) {
      throw new DomainError('pool-refused', `The pool made ${made.length} machines of the image.`, {
        remedy: 'Export a single machine.',
      });
    }
    await pool.calls.call('VM.add_to_other_config', [vm, IMAGE_TAG.import, importId], signal);
    await forgetMemory(pool, vm, signal);
    return vm;
  } catch (error) {
    throw source.failure() ?? readable(error);
  } finally {
    await task.destroy();
  }
}

/** What was exported asleep comes back asleep, and then is no template: servers of an image boot, so its memory goes. */
async function forgetMemory({ calls }: PoolAccess, vm: Ref<'VM'>, signal: AbortSignal): Promise<void> {
  const { power_state: state } = await calls.call('VM.get_record', [vm], signal);
  if (state === 'Suspended') await calls.task('VM.hard_shutdown', [vm], { signal });
}

/** The pool has read it and says that it is not whole (XenAPI IMPORT_ERROR…). */
function readable(error: unknown): unknown {
  if (!(error instanceof XenApiError) || !error.code.startsWith('IMPORT_')) return error;
  const { code, params } = error;
  return corrupt(`the pool cannot import it (${[code, ...params].join(' ').slice(0, 200)})`);
}
