/** The ImageDepot port on a XenAPI pool. */
import { randomUUID } from 'node:crypto';
import {
  DEFAULT_IMAGE_LIMITS,
  DomainError,
  type ExportFormat,
  type ImageCapture,
  type ImageDepot,
  type ImageImport,
  type ImageRef,
  type ImportedImage,
  type SrUuid,
  type TransferOptions,
  type VServerId,
} from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { cancellableTask } from '../content/cancellable-task.js';
import { AdaptiveLimit } from '../limits/adaptive-limit.js';
import type { Ref } from '../generated/records.js';
import { toReadError } from '../xapi-error.map.js';
import { captureVm, getStoppedVm } from './capture-disk.js';
import { exportMachine, exportXva } from './export-xva.js';
import { findImage, foundImages, getImageAt } from './image-list.js';
import { workNameOf } from './image-tags.js';
import { importAny } from './import-any.js';
import { publish } from './make-template.js';
import { checkRoom, getStorage } from './storage-room.js';
import { sweepImports } from './sweep-imports.js';
import { removeVm, WorkObjects } from './work-objects.js';

const IMPORT_ID = /^[A-Za-z0-9-]{1,64}$/;
/** The name becomes the name of a template, which people and descriptors use. */
const IMAGE_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._()+-]{0,99}$/u;

export class PoolImages implements ImageDepot {
  /** Imports and copies of this process. */
  private readonly active = new Set<string>();
  private readonly copying = new Map<SrUuid, AdaptiveLimit>();

  /** `workFolder`: where sources are kept while they are read; needs room for the largest one. */
  constructor(
    private readonly pool: PoolAccess,
    private readonly workFolder: string,
  ) {}

  async importImage(request: ImageImport): Promise<ImportedImage> {
    checkRequest(request);
    const { name, sr, importId } = request;
    if (findImage(this.pool.cache, request) !== undefined || this.active.has(importId)) {
      throw new DomainError('conflict', `There is an image “${name}” on that storage already.`, {
        pointer: '/name',
        remedy: 'Choose another name, or remove the old image first.',
      });
    }
    const meter = { limits: { ...DEFAULT_IMAGE_LIMITS, ...request.limits }, sourceBytes: 0 };
    await this.working(importId, request.signal, async (work) => {
      const { vm, sha256 } = await importAny(this.pool, request, meter, this.workFolder, work);
      await publish(this.pool, vm, { name, sha256, signal: request.signal });
    });
    return getImageAt(this.pool.cache, { name, sr }).image;
  }

  async captureImage(request: ImageCapture): Promise<ImportedImage> {
    checkRequest(request);
    const { name, importId, signal } = request;
    if (foundImages(this.pool.cache).some(({ image }) => image.name === name))
      throw new DomainError('conflict', `There is an image “${name}” in the pool already.`, {
        pointer: '/name',
      });
    let made: Ref<'VM'> | undefined;
    await this.working(importId, signal, async (work) => {
      made = await captureVm(this.pool, request, work);
      await publish(this.pool, made, { name, sha256: '', signal });
    });
    const found = foundImages(this.pool.cache).find(({ ref }) => ref === made);
    if (found !== undefined) return found.image;
    throw new DomainError('uncertain', 'The image was made and is not seen yet.');
  }

  exportContent(
    source: ImageRef | VServerId,
    format: ExportFormat,
    options: TransferOptions,
  ): AsyncIterable<Uint8Array> {
    const machine =
      typeof source === 'string' ? getStoppedVm(this.pool, source) : getImageAt(this.pool.cache, source);
    return exportMachine(this.pool, machine, format, options);
  }

  exportImage(image: ImageRef, options: TransferOptions): AsyncIterable<Uint8Array> {
    return exportXva(this.pool, image, options);
  }

  async prefetchImage(name: string, to: SrUuid, options: TransferOptions): Promise<ImportedImage> {
    const limit = this.copying.get(to) ?? new AdaptiveLimit(1);
    this.copying.set(to, limit);
    return limit.run(async () => {
      const known = findImage(this.pool.cache, { name, sr: to });
      return known?.image ?? (await this.copy(name, to, options));
    }, options.signal);
  }

  async removeImage(ref: ImageRef, signal: AbortSignal): Promise<void> {
    const found = findImage(this.pool.cache, ref);
    if (found === undefined) return;
    if (!found.image.ours) {
      throw new DomainError('conflict', 'The template was not brought by us and is left alone.', {
        remedy: 'Remove it with the tools of the pool, if nobody needs it.',
      });
    }
    try {
      await removeVm(this.pool, found.ref, signal);
    } catch (error) {
      throw toReadError(error);
    }
  }

  listImages(): readonly ImportedImage[] {
    return foundImages(this.pool.cache).map(({ image }) => image);
  }

  async sweepImports(running: ReadonlySet<string>, signal: AbortSignal): Promise<number> {
    try {
      return await sweepImports(this.pool, (id) => running.has(id) || this.active.has(id), signal);
    } catch (error) {
      throw toReadError(error);
    }
  }

  private async copy(name: string, to: SrUuid, options: TransferOptions): Promise<ImportedImage> {
    const { cache } = this.pool;
    const sr = getStorage(cache, to);
    const source = foundImages(cache).find(({ image }) => image.name === name);
    if (source === undefined) throw new DomainError('not-found', 'The pool has no such image.');
    checkRoom(sr, [{ virtualBytes: source.image.sizeBytes, usedBytes: null }]);
    const id = randomUUID();
    const total = source.image.sizeBytes;
    await this.working(id, options.signal, async (work) => {
      const vm = await cancellableTask(this.pool, 'VM.copy', [source.ref, workNameOf(id), sr.ref], {
        signal: options.signal,
        onProgress: (part) =>
          options.onProgress?.({ stage: 'copying', bytes: Math.round(part * total), total }),
        onLate: (late) => work.vms.push(late),
      });
      work.vms.push(vm);
      const sha256 = source.image.sha256 ?? '';
      await publish(this.pool, vm, { name, sha256, signal: options.signal });
    });
    return getImageAt(cache, { name, sr: to }).image;
  }

  /** Whatever fails, what was made goes away again. */
  private async working(
    id: string,
    signal: AbortSignal,
    make: (work: WorkObjects) => Promise<void>,
  ): Promise<void> {
    const work = new WorkObjects();
    this.active.add(id);
    try {
      signal.throwIfAborted();
      await make(work);
    } catch (error) {
      await work.remove(this.pool);
      if (signal.aborted) throw new DomainError('cancelled', 'The transfer was given up.', { cause: error });
      throw toReadError(error);
    } finally {
      this.active.delete(id);
    }
  }
}

function checkRequest({ importId, name, sha256 }: Pick<ImageImport, 'importId' | 'name' | 'sha256'>): void {
  if (!IMPORT_ID.test(importId))
    throw new DomainError('invalid-parameter', 'The id of the import has forbidden characters.', {
      pointer: '/importId',
    });
  if (!IMAGE_NAME.test(name))
    throw new DomainError('invalid-parameter', 'The name of the image cannot be used.', {
      pointer: '/name',
      remedy: 'Use letters, digits, blanks and . _ ( ) + -, at most 100, beginning with a letter or digit.',
    });
  if (sha256 !== undefined && !/^[0-9a-fA-F]{64}$/.test(sha256))
    throw new DomainError('invalid-parameter', 'The SHA-256 is not 64 hexadecimal digits.', {
      pointer: '/sha256',
    });
}
