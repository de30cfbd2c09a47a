/**
 * Writes a disk as a dynamic VHD, in one go and of a length that is known before: only blocks that hold something are in
 * it, so zeros are neither sent nor stored.
 */
import { randomBytes } from 'node:crypto';
import { tooLarge } from './image-error.js';
import { blockCount, DISK_BLOCK, SECTOR, type DiskImage } from './random-access.js';
import {
  bitmapBytes,
  FOOTER_BYTES,
  HEADER_BYTES,
  MAX_VHD_BYTES,
  UNUSED_BLOCK,
  writeFooter,
  writeHeader,
} from './vhd-layout.js';

export interface PlannedVhd {
  /** Length of the file. */
  readonly bytes: number;
  readonly blocks: number;
  /** The file, from its first byte; may be asked for again. */
  open(): AsyncIterable<Uint8Array>;
}

/** Reads the disk once to see which blocks hold something. Throws `too-large` above 2,040 GiB. */
export async function planVhd(disk: DiskImage, onScanned?: (bytes: number) => void): Promise<PlannedVhd> {
  if (disk.virtualBytes > MAX_VHD_BYTES)
    throw tooLarge('a VHD holds 2,040 GiB', MAX_VHD_BYTES, disk.virtualBytes);
  const used: number[] = [];
  const count = blockCount(disk.virtualBytes);
  for (let index = 0; index < count; index += 1) {
    if ((await disk.readBlock(index)) !== undefined) used.push(index);
    onScanned?.(Math.min(disk.virtualBytes, (index + 1) * DISK_BLOCK));
  }
  const stride = bitmapBytes(DISK_BLOCK) + DISK_BLOCK;
  const tableBytes = Math.ceil((count * 4) / SECTOR) * SECTOR;
  const firstBlock = FOOTER_BYTES + HEADER_BYTES + tableBytes;
  const id = randomBytes(16);
  return {
    bytes: firstBlock + used.length * stride + FOOTER_BYTES,
    blocks: used.length,
    async *open() {
      const footer = writeFooter(disk.virtualBytes, id);
      const table = Buffer.alloc(tableBytes, 0xff);
      for (let index = 0; index < count; index += 1) table.writeUInt32BE(UNUSED_BLOCK, index * 4);
      for (const [place, index] of used.entries())
        table.writeUInt32BE((firstBlock + place * stride) / SECTOR, index * 4);
      yield Buffer.concat([footer, writeHeader(count, DISK_BLOCK), table]);
      const bitmap = Buffer.alloc(bitmapBytes(DISK_BLOCK), 0xff);
      for (const index of used) {
        yield bitmap;
        yield await wholeBlock(disk, index);
      }
      yield footer;
    },
  };
}

/** The last block of a disk is stored in full too. */
async function wholeBlock(disk: DiskImage, index: number): Promise<Buffer> {
  const bytes = (await disk.readBlock(index)) ?? Buffer.alloc(DISK_BLOCK);
  return bytes.length === DISK_BLOCK ? bytes : Buffer.concat([bytes], DISK_BLOCK);
}
