/** An image out of the pool as XVA (XenAPI GET `/export`). */
import type { ImageRef, TransferOptions } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { addressSeeing, handlersOf, refuseEmbeddedError } from '../content/disk-transfer.js';
import { TransferTask } from '../content/transfer-task.js';
import { toReadError } from '../xapi-error.map.js';
import { getImageAt } from './image-list.js';

/** With large disks the first byte takes minutes. */
const FIRST_BYTE_MS = 10 * 60_000;

export async function* exportXva(
  pool: PoolAccess,
  wanted: ImageRef,
  { signal, onProgress }: TransferOptions,
): AsyncGenerator<Uint8Array> {
  const found = getImageAt(pool.cache, wanted);
  try {
    const sr = pool.cache.find('VDI', found.vdis[0] ?? null)?.SR ?? null;
    const task = await TransferTask.create(pool, 'openvsys export', signal);
    const body = task.read('VM.export', () =>
      handlersOf(pool).get({
        path: '/export',
        query: { uuid: found.image.uuid, task_id: task.ref, use_compression: 'false' },
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
