/** Images and machines out of the pool: as XVA (XenAPI GET `/export`), or their first disk alone. */
import { DomainError, type ExportFormat, type ImageRef, type TransferOptions } from '@openvsys/vsys';
import { disksOf } from '../actions/images.js';
import type { PoolAccess } from '../actions/pool-access.js';
import { addressSeeing, downloadRawDisk, handlersOf, refuseEmbeddedError } from '../content/disk-transfer.js';
import type { Ref } from '../generated/records.js';
import { TransferTask } from '../content/transfer-task.js';
import { toReadError } from '../xapi-error.map.js';
import { getImageAt } from './image-list.js';

/** With large disks the first byte takes minutes. */
const FIRST_BYTE_MS = 10 * 60_000;
const TASK_NAME = 'openvsys export';

export const exportXva = (
  pool: PoolAccess,
  wanted: ImageRef,
  options: TransferOptions,
): AsyncGenerator<Uint8Array> => exportMachine(pool, getImageAt(pool.cache, wanted), 'xva', options);

/** A template or a halted VM. */
export async function* exportMachine(
  pool: PoolAccess,
  { ref }: { readonly ref: Ref<'VM'> },
  format: ExportFormat,
  options: TransferOptions,
): AsyncGenerator<Uint8Array> {
  const [disk] = disksOf(pool.cache, ref);
  if (format === 'xva') yield* wholeMachine(pool, ref, disk?.record.SR ?? null, options);
  else if (disk === undefined) throw new DomainError('conflict', 'The machine has no disk.');
  else yield* firstDisk(pool, disk.ref, format, options);
}

async function* firstDisk(
  pool: PoolAccess,
  vdi: Ref<'VDI'>,
  format: 'raw' | 'vhd',
  { signal, onProgress }: TransferOptions,
): AsyncGenerator<Uint8Array> {
  try {
    const progress = onProgress === undefined ? {} : { onProgress };
    yield* downloadRawDisk(pool, vdi, format, { signal, taskName: TASK_NAME, ...progress });
  } catch (error) {
    throw toReadError(error);
  }
}

async function* wholeMachine(
  pool: PoolAccess,
  vm: Ref<'VM'>,
  sr: Ref<'SR'> | null,
  { signal, onProgress }: TransferOptions,
): AsyncGenerator<Uint8Array> {
  try {
    const uuid = pool.cache.find('VM', vm)?.uuid ?? '';
    const task = await TransferTask.create(pool, TASK_NAME, signal);
    const body = task.read('VM.export', () =>
      handlersOf(pool).get({
        path: '/export',
        query: { uuid, task_id: task.ref, use_compression: 'false' },
        address: addressSeeing(pool, sr),
        signal,
        stallMs: FIRST_BYTE_MS,
      }),
    );
    let bytes = 0;
    for await (const chunk of body) {
      if (bytes === 0) refuseEmbeddedError(chunk);
      bytes += chunk.length;
      onProgress?.({ stage: 'downloading', bytes, total: null });
      yield chunk;
    }
  } catch (error) {
    throw toReadError(error);
  }
}
