/**
 * Disks of an image into the pool: planned, so that their length and need are known, checked against the storage, then sent
 * one after the other (the storage of a pool writes one disk fastest).
 */
import { DomainError, type ImageImport } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { uploadRawDisk, type DiskContent } from '../content/disk-transfer.js';
import type { Located } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { TransportError, XenApiError } from '../transport/transport.js';
import { tooLarge } from './formats/image-error.js';
import { blockCount, blockLength, DISK_BLOCK, type DiskImage } from './formats/random-access.js';
import { planVhd, type PlannedVhd } from './formats/vhd-writer.js';
import { IMAGE_TAG, workNameOf } from './image-tags.js';
import { checkRoom } from './storage-room.js';
import type { WorkObjects } from './work-objects.js';

interface PlannedDisk {
  readonly disk: DiskImage;
  readonly vhd: PlannedVhd;
}

/** A disk that is nearly full gains nothing by the format, and every pool takes raw bytes. */
const SPARSE_SHARE = 0.9;

/** Throws `too-large`, `no-capacity`, errors of the pool; what was made is in `work`. */
export async function importDisks(
  pool: PoolAccess,
  request: ImageImport,
  { sr, maxDiskBytes }: { readonly sr: Located<'SR'>; readonly maxDiskBytes: number },
  disks: readonly DiskImage[],
  work: WorkObjects,
): Promise<void> {
  const planned: PlannedDisk[] = [];
  for (const disk of disks) {
    if (disk.virtualBytes > maxDiskBytes)
      throw tooLarge('a disk is beyond the limit', maxDiskBytes, disk.virtualBytes);
    planned.push({ disk, vhd: await planVhd(disk, () => request.signal.throwIfAborted()) });
  }
  checkRoom(
    sr,
    planned.map(({ disk, vhd }) => ({ virtualBytes: disk.virtualBytes, usedBytes: vhd.blocks * DISK_BLOCK })),
  );
  const total = planned.reduce((sum, one) => sum + contentsOf(one)[0].bytes, 0);
  let before = 0;
  for (const [index, one] of planned.entries()) {
    const vdi = await createDisk(pool, request, sr.ref, one.disk.virtualBytes, index);
    work.vdis.push(vdi);
    const { bytes } = contentsOf(one)[0];
    await upload(pool, vdi, one, request, (share) =>
      request.onProgress?.({ stage: 'uploading', bytes: before + Math.round(share * bytes), total }),
    );
    before += bytes;
  }
}

/** An empty disk with the mark of the import. */
export async function createDisk(
  pool: PoolAccess,
  { importId, name, signal }: Pick<ImageImport, 'importId' | 'name' | 'signal'>,
  sr: Ref<'SR'>,
  virtualBytes: number,
  index: number,
): Promise<Ref<'VDI'>> {
  const record = {
    name_label: `${name} ${index}`,
    name_description: '',
    SR: sr,
    // Pools round up to whole blocks themselves; asked for exactly, the answer does not depend on the storage.
    virtual_size: Math.ceil(virtualBytes / DISK_BLOCK) * DISK_BLOCK,
    type: 'user',
    sharable: false,
    read_only: false,
    other_config: { [IMAGE_TAG.import]: importId },
    xenstore_data: {},
    sm_config: {},
    tags: [],
  } as const;
  return pool.calls.task('VDI.create', [record], { signal });
}

async function upload(
  pool: PoolAccess,
  vdi: Ref<'VDI'>,
  planned: PlannedDisk,
  { importId, signal }: ImageImport,
  onSent: (share: number) => void,
): Promise<void> {
  const [best, fallback] = contentsOf(planned);
  const send = async (content: DiskContent): Promise<void> =>
    fromTheStart(pool, signal, async () =>
      uploadRawDisk(pool, vdi, content, {
        signal,
        taskName: workNameOf(importId),
        onProgress: ({ bytes }) => onSent(bytes / content.bytes),
      }),
    );
  try {
    await send(best).catch(async (error: unknown) => {
      if (fallback === undefined || !isFormatRefused(error)) throw error;
      await send(fallback);
    });
  } catch (error) {
    throw readable(error);
  }
}

const UPLOAD_TRIES = 3;
const UPLOAD_PAUSE_MS = 2_000;

/** Pools do not resume, so a connection that broke means all bytes again. */
async function fromTheStart(
  { clock }: PoolAccess,
  signal: AbortSignal,
  send: () => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send();
      return;
    } catch (error) {
      if (signal.aborted || attempt >= UPLOAD_TRIES || !isBroken(error)) throw error;
      await clock.sleep(UPLOAD_PAUSE_MS * attempt, signal);
    }
  }
}

/** The connection; what the pool says when it broke; a disk that it has not let go of since. */
const isBroken = (error: unknown): boolean =>
  (error instanceof TransportError && error.kind === 'lost') ||
  (error instanceof XenApiError && (error.code === 'VDI_IO_ERROR' || error.code === 'VDI_IN_USE'));

/** Older pools take raw bytes only: they refuse the request itself, before a task could fail. */
const isFormatRefused = (error: unknown): boolean =>
  error instanceof TransportError && error.kind === 'protocol';

/** A half-written disk is removed, so nothing is uncertain about it. */
function readable(error: unknown): unknown {
  const isStorage = error instanceof XenApiError && error.code === 'VDI_IO_ERROR';
  const isCut = error instanceof TransportError && (error.kind === 'lost' || error.kind === 'protocol');
  if (!isStorage && !isCut) return error;
  return new DomainError('pool-refused', 'The pool did not take the content of a disk.', {
    retry: 'same',
    remedy: 'Try again; if it fails again have the storage looked at.',
    details: { reason: error.message.slice(0, 300) },
    cause: error,
  });
}

/** What to send, and what to send to a pool that does not take the first. */
function contentsOf({ disk, vhd }: PlannedDisk): readonly [DiskContent, DiskContent?] {
  const raw: DiskContent = { format: 'raw', bytes: disk.virtualBytes, open: () => rawBlocks(disk) };
  if (vhd.bytes >= disk.virtualBytes * SPARSE_SHARE) return [raw];
  return [{ format: 'vhd', bytes: vhd.bytes, open: () => vhd.open() }, raw];
}

async function* rawBlocks(disk: DiskImage): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < blockCount(disk.virtualBytes); index += 1)
    yield (await disk.readBlock(index)) ?? Buffer.alloc(blockLength(disk.virtualBytes, index));
}
