/** Bytes that can be read anywhere: a file on disk, or memory in tests. */
export interface RandomAccess {
  readonly size: number;
  /** Exactly `length` bytes. Throws `invalid-parameter` beyond the end: the file is truncated. */
  read(offset: number, length: number): Promise<Buffer>;
  /** True when all of the range certainly is zero. */
  isEmpty(offset: number, length: number): boolean;
}

/** A disk in pieces of one size; what is nowhere written is zero. */
export interface DiskImage {
  /** A multiple of 512. */
  readonly virtualBytes: number;
  /** The piece `index` × DISK_BLOCK, shorter at the end of the disk; undefined when it is all zero. */
  readBlock(index: number): Promise<Buffer | undefined>;
}

/** The block of a VHD, and the unit in which pools allocate them. */
export const DISK_BLOCK = 2 * 2 ** 20;
export const SECTOR = 512;

export const blockCount = (virtualBytes: number): number => Math.ceil(virtualBytes / DISK_BLOCK);
export const blockLength = (virtualBytes: number, index: number): number =>
  Math.min(DISK_BLOCK, virtualBytes - index * DISK_BLOCK);

const ZEROS = Buffer.alloc(DISK_BLOCK);
/** At most one block. */
export const isZero = (bytes: Uint8Array): boolean => ZEROS.subarray(0, bytes.length).equals(bytes);
