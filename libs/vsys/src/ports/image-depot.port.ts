/**
 * Images in a pool: brought in, copied to other storages, taken out. In the pool an image is a template that carries its
 * name and our mark; its disks are on one storage, and a copy on another storage is an image of the same name there.
 *
 *   source ──read, bounded, checksum──► checked ──► disks and VM, marked with the import ──► template with the image's name
 *                                                        │ failure, cancel: removed at once
 *                                                        └ crash: removed by sweepImports
 */
import type { SnapshotId, SrUuid, VServerId } from '../ids.js';
import type { ExportFormat } from '../images/image-states.js';

/** `ovf` is a descriptor whose disks lie beside it; `ova` has all in one tar file. Any but `xva` may be gzipped. */
export type ImageFormat = 'xva' | 'ova' | 'ovf' | 'vhd' | 'vmdk' | 'raw' | 'qcow2';

export interface ImageDepot {
  /**
   * Brings an image into the pool. Everything is checked before the image becomes visible; nothing is left after a failure.
   * Throws `invalid-parameter` (corrupt, truncated, wrong checksum, missing disks, forbidden names), `too-large` (a limit),
   * `no-capacity` (the storage), `conflict` (the image is there already), `not-implemented` (the format), `cancelled`, and
   * the errors of the pool.
   */
  importImage(request: ImageImport): Promise<ImportedImage>;

  /**
   * The image as XVA. Reading it is the transfer: it goes as fast as it is consumed and ends in the pool when the iteration
   * is given up. Throws `not-found`, errors of the pool, and `pool-refused` when the pool fails in the middle.
   */
  exportImage(image: ImageRef, options: TransferOptions): AsyncIterable<Uint8Array>;

  /**
   * Makes an image of a server's system disk: of one that is stopped, or as a snapshot keeps it. The image has nothing of
   * the server but that disk: no addresses, no guest data, no other disks. Throws `not-found`, `conflict` (it runs, the image
   * is there already), `no-capacity`, `cancelled`, errors of the pool.
   */
  captureImage(request: ImageCapture): Promise<ImportedImage>;

  /**
   * A disk as raw bytes or VHD, or a machine as XVA: of an image, or of a stopped server. Reading it is the transfer.
   * Raw bytes are of the first disk. Throws as `exportImage`, and `conflict` when the server runs.
   */
  exportContent(
    source: ImageRef | VServerId,
    format: ExportFormat,
    options: TransferOptions,
  ): AsyncIterable<Uint8Array>;

  /**
   * Copies the image to another storage of the pool; resolves at once when it is there. Several wishes for one storage
   * are served one after the other. Throws `not-found`, `no-capacity`, errors of the pool.
   */
  prefetchImage(name: string, to: SrUuid, options: TransferOptions): Promise<ImportedImage>;

  /** Removes the template and its disks; resolves when it was not there. Throws `conflict` for a template that is not ours. */
  removeImage(image: ImageRef, signal: AbortSignal): Promise<void>;

  /** From the cache. Templates of the pool that we did not bring are listed too, with `ours: false`. */
  listImages(): readonly ImportedImage[];

  /**
   * Removes what imports left that are not under way: of crashed workers, lost answers. `running` are the imports of other
   * processes that must be left alone. Answers how many objects were removed.
   */
  sweepImports(running: ReadonlySet<string>, signal: AbortSignal): Promise<number>;
}

export interface ImageRef {
  readonly name: string;
  readonly sr: SrUuid;
}

export interface TransferOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
}

export interface ImageImport extends TransferOptions {
  /** Known to the caller before the import begins, unique for ever: letters, digits, `-`; for `sweepImports`. */
  readonly importId: string;
  readonly name: string;
  readonly sr: SrUuid;
  readonly format: ImageFormat;
  readonly source: ImageSource;
  /** SHA-256 of the source, hexadecimal; checked if given. */
  readonly sha256?: string;
  readonly limits?: Partial<ImageLimits>;
}

export interface ImageCapture extends TransferOptions {
  /** As of an import. */
  readonly importId: string;
  readonly name: string;
  readonly server: VServerId;
  /** Null: the server as it is now. */
  readonly snapshot: SnapshotId | null;
  /** Null: where the server's disk is. */
  readonly sr: SrUuid | null;
}

export interface ImageSource {
  /** Size of the source in bytes; null when unknown. What is longer or shorter than told counts as corrupt. */
  readonly bytes: number | null;
  /** From the first byte; may be called again after a failure. */
  open(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * A file beside the descriptor, for `ovf` only; asked for plain file names only. Undefined when there is none.
   */
  openFile?(name: string, signal: AbortSignal): AsyncIterable<Uint8Array> | undefined;
}

/** Bounds against bombs and mistakes. */
export interface ImageLimits {
  /** Bytes that are read from the source, its files included. */
  readonly sourceBytes: number;
  /** Virtual size of one disk. */
  readonly diskBytes: number;
  readonly disks: number;
  /** Expanded bytes a compressed byte may give; checked after the first MiB. Zeros are counted. */
  readonly expansion: number;
}

export const DEFAULT_IMAGE_LIMITS: ImageLimits = {
  sourceBytes: 2 ** 40,
  diskBytes: 2040 * 2 ** 30, // the largest that VHD can hold
  disks: 16,
  expansion: 1_100, // deflate cannot give more than 1,032
};

/** Bytes of a stage that is the longest one by far; `total` null while nobody knows. */
export interface TransferProgress {
  readonly stage: 'reading' | 'uploading' | 'copying' | 'downloading';
  readonly bytes: number;
  readonly total: number | null;
}

export interface ImportedImage extends ImageRef {
  /** Uuid of the template in the pool. */
  readonly uuid: string;
  /** Sum over its disks. */
  readonly sizeBytes: number;
  readonly disks: number;
  readonly ours: boolean;
  /** Of the source it was made from, hexadecimal; null for a template that we did not bring. */
  readonly sha256: string | null;
}
