/** One import, whatever its format: from the source to a VM that only has to be published. */
import type { ImageImport } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import type { Ref } from '../generated/records.js';
import { importDisks } from './import-disks.js';
import { importXva } from './import-xva.js';
import { checkDigest, sha256, type Meter } from './intake/guarded-source.js';
import { SpoolFile } from './intake/spool-file.js';
import { inspectedXva, summarizeXva } from './intake/xva-stream.js';
import { createVm } from './make-template.js';
import { openSource, readSource, spoolWhole } from './open-source.js';
import { checkRoom, getStorage } from './storage-room.js';
import type { WorkObjects } from './work-objects.js';

export interface ImportedVm {
  readonly vm: Ref<'VM'>;
  /** Of the source. */
  readonly sha256: string;
}

export async function importAny(
  pool: PoolAccess,
  request: ImageImport,
  meter: Meter,
  folder: string,
  work: WorkObjects,
): Promise<ImportedVm> {
  const sr = getStorage(pool.cache, request.sr);
  if (request.format === 'xva') return importArchive(pool, request, meter, folder, work);
  const opened = await openSource(request, meter, folder);
  try {
    await importDisks(pool, request, { sr, maxDiskBytes: meter.limits.diskBytes }, opened.disks, work);
    const vm = await createVm(pool, request, opened.shape, work);
    return { vm, sha256: opened.sha256 };
  } finally {
    await opened.close();
  }
}

/**
 * An XVA of known length passes through; the pool wants to know the length before, so another one is kept first.
 */
async function importArchive(
  pool: PoolAccess,
  request: ImageImport,
  meter: Meter,
  folder: string,
  work: WorkObjects,
): Promise<ImportedVm> {
  const sr = getStorage(pool.cache, request.sr);
  const look = { ...meter, sourceBytes: 0 };
  const summary = await summarizeXva(readSource(beginningOf(request), look, sha256()), look);
  checkRoom(
    sr,
    summary.diskBytes.map((virtualBytes) => ({ virtualBytes, usedBytes: null })),
  );
  if (request.source.bytes === null) {
    const spool = await SpoolFile.create(folder);
    try {
      const digest = await spoolWhole(request, meter, spool);
      const bytes = spool.size;
      const source = { bytes, open: () => contentOf(spool) };
      // Unpacked by now: the digest that was given is checked, and is the one to keep.
      const { importId, name, sr: storage, format, signal } = request;
      const unpackedRequest = { importId, name, sr: storage, format, signal, source };
      const { vm } = await sendArchive(pool, { ...unpackedRequest, ...progressOf(request) }, meter, work);
      return { vm, sha256: digest };
    } finally {
      await spool.close();
    }
  }
  return sendArchive(pool, request, meter, work);
}

/** Sending is the progress that is told, not what is read for it. */
function quiet(request: ImageImport): ImageImport {
  const { onProgress, ...rest } = request;
  return onProgress === undefined ? request : rest;
}

/** The look ends in the middle, so the length says nothing yet. */
const beginningOf = (request: ImageImport): ImageImport => ({
  ...quiet(request),
  source: { bytes: null, open: (signal) => request.source.open(signal) },
});

const progressOf = ({ onProgress }: ImageImport): Pick<ImageImport, 'onProgress'> =>
  onProgress === undefined ? {} : { onProgress };

async function* contentOf(spool: SpoolFile): AsyncGenerator<Uint8Array> {
  const step = 2 ** 20;
  for (let at = 0; at < spool.size; at += step) yield spool.read(at, Math.min(step, spool.size - at));
}

async function sendArchive(
  pool: PoolAccess,
  request: ImageImport,
  meter: Meter,
  work: WorkObjects,
): Promise<ImportedVm> {
  const bytes = request.source.bytes ?? 0;
  let digest = '';
  let failure: unknown;
  async function* open(): AsyncGenerator<Uint8Array> {
    const hash = sha256();
    const pass = { ...meter, sourceBytes: 0 };
    try {
      yield* heldBack(inspectedXva(readSource(quiet(request), pass, hash), pass), () => {
        digest = hash.digest('hex');
        checkDigest(request.sha256, digest);
      });
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const source = { bytes, open, failure: () => failure };
  const vm = await importXva(pool, request, getStorage(pool.cache, request.sr), source, work);
  return { vm, sha256: digest };
}

/** The last piece is given only after `check`: what does not pass is never complete for the pool. */
async function* heldBack(source: AsyncIterable<Uint8Array>, check: () => void): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined;
  for await (const chunk of source) {
    if (held !== undefined) yield held;
    held = chunk;
  }
  check();
  if (held !== undefined) yield held;
}
