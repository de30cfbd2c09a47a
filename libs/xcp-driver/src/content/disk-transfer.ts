/**
 * The content of one disk, into the pool and out of it (XenAPI `/import_raw_vdi`, `/export_raw_vdi`).
 *
 *   task of ours ──► PUT to a host that sees the storage ──► answer and task agree ──► done
 *        └─ failure, cancel: the task is cancelled and destroyed; the disk stays, half written, to its owner
 *
 * An upload that broke can only be begun anew.
 */
import { createHash } from 'node:crypto';
import { DomainError, type TransferProgress } from '@openvsys/vsys';
import type { Ref } from '../generated/records.js';
import { PoolHandlers } from '../transport/pool-handlers.js';
import { TransportError } from '../transport/transport.js';
import type { PoolAccess } from '../actions/pool-access.js';
import { TransferTask } from './transfer-task.js';

export type DiskFormat = 'raw' | 'vhd';

export interface DiskContent {
  readonly format: DiskFormat;
  /** Length of what `open` gives. */
  readonly bytes: number;
  /** From the first byte; called again when the pool names another host. */
  open(): AsyncIterable<Uint8Array>;
}

export interface DiskTransferOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Name of the pool's task, by which it is found after a crash. */
  readonly taskName?: string;
}

const DEFAULT_TASK_NAME = 'openvsys transfer';

/** Bytes that are at hand, as raw disk content. A disk is written in whole sectors. */
export function rawContent(bytes: Uint8Array): DiskContent {
  const whole = Math.ceil(bytes.length / 512) * 512;
  const padded = whole === bytes.length ? bytes : Buffer.concat([bytes], whole);
  return {
    format: 'raw',
    bytes: whole,
    async *open() {
      for (let at = 0; at < padded.length; at += 2 ** 20) yield padded.subarray(at, at + 2 ** 20);
    },
  };
}

export const handlersOf = (pool: PoolAccess): PoolHandlers =>
  new PoolHandlers(pool.connection, () => [...pool.cache.all('host')].map(([, host]) => host.address));

/** A host that is on and sees the storage; undefined leaves the choice to the coordinator. */
export function addressSeeing({ cache }: PoolAccess, sr: string | null): string | undefined {
  const hosts = (sr === null ? [] : cache.referring('PBD', 'SR', sr))
    .filter(({ record }) => record.currently_attached)
    .map(({ record }) => cache.find('host', record.host))
    .filter((host) => host?.enabled === true && cache.find('host_metrics', host.metrics)?.live === true);
  return hosts[0]?.address;
}

/**
 * Writes the content into the disk, which must be large enough and attached nowhere.
 * Throws XenApiError, TransportError (`aborted` when given up), TaskVanishedError.
 */
export async function uploadRawDisk(
  pool: PoolAccess,
  vdi: Ref<'VDI'>,
  content: DiskContent,
  { signal, onProgress, taskName }: DiskTransferOptions,
): Promise<void> {
  const task = await TransferTask.create(pool, taskName ?? DEFAULT_TASK_NAME, signal);
  await task.during('VDI.import', async () =>
    handlersOf(pool).put({
      path: '/import_raw_vdi',
      query: { vdi, format: content.format, task_id: task.ref },
      address: addressSeeing(pool, pool.cache.find('VDI', vdi)?.SR ?? null),
      signal,
      bytes: content.bytes,
      open: () => content.open(),
      onSent: (bytes) => onProgress?.({ stage: 'uploading', bytes, total: content.bytes }),
    }),
  );
}

export interface DownloadedDisk {
  /** May be read once; ends with an error when the pool fails in the middle. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The content of a disk that is attached nowhere for writing. Raw content has the disk's virtual size; VHD leaves out what
 * was never written. Throws like `uploadRawDisk`, while the content is read too.
 */
export async function* downloadRawDisk(
  pool: PoolAccess,
  vdi: Ref<'VDI'>,
  format: DiskFormat,
  { signal, onProgress, taskName }: DiskTransferOptions,
): AsyncGenerator<Uint8Array, { readonly sha256: string; readonly bytes: number }> {
  const record = await pool.calls.call('VDI.get_record', [vdi], signal);
  const task = await TransferTask.create(pool, taskName ?? DEFAULT_TASK_NAME, signal);
  const digest = createHash('sha256');
  let bytes = 0;
  const expected = format === 'raw' ? record.virtual_size : null;
  const body = task.read('VDI.export', () =>
    handlersOf(pool).get({
      path: '/export_raw_vdi',
      query: { vdi, format, task_id: task.ref },
      address: addressSeeing(pool, record.SR),
      signal,
    }),
  );
  for await (const chunk of body) {
    if (bytes === 0) refuseEmbeddedError(chunk);
    bytes += chunk.length;
    digest.update(chunk);
    onProgress?.({ stage: 'downloading', bytes, total: expected });
    yield chunk;
  }
  if (expected !== null && bytes !== expected) {
    throw new TransportError('lost', `The pool sent ${bytes} of ${expected} bytes.`);
  }
  return { sha256: digest.digest('hex'), bytes };
}

/** An error after the headers is written by the pool into the body, as the text of another answer. */
export function refuseEmbeddedError(start: Uint8Array): void {
  if (Buffer.from(start.subarray(0, 9)).toString('latin1') !== 'HTTP/1.1 ') return;
  throw new DomainError('pool-refused', 'The pool failed while it sent the data.', { retry: 'same' });
}
