// Purpose: reads a VHD as it arrives and writes what it holds. Blocks may lie in any order; gaps between them are skipped.
//
//   footer copy ─ header ─ allocation table ─ blocks (bitmap, data) … ─ footer
import {
  brokenImage,
  FOOTER_BYTES,
  HEADER_BYTES,
  NOT_ALLOCATED,
  readFooter,
  readHeader,
  SECTOR,
  type DynamicHeader,
} from './vhd-format.js';
import type { ByteReader } from '../transfers/byte-reader.js';
import type { WriteAt } from '../transfers/import-raw-vdi.js';

interface PlacedBlock {
  index: number;
  /** Byte of the file where the block starts, with its bitmap. */
  at: number;
}

/** @throws XenFailure VDI_IO_ERROR for a broken or truncated image, or one that is larger than the disk */
export async function receiveVhd(reader: ByteReader, diskBytes: number, write: WriteAt): Promise<void> {
  const footer = readFooter(await reader.read(FOOTER_BYTES));
  if (footer.kind === 'fixed' || footer.size > diskBytes) throw brokenImage();
  await skipTo(reader, footer.dataOffset);
  const header = readHeader(await reader.read(HEADER_BYTES));
  const wanted = Math.ceil(footer.size / header.blockBytes);
  if (header.entries < wanted || header.entries > wanted + 2 ** 16) throw brokenImage();
  await skipTo(reader, header.tableOffset);
  const table = Buffer.from(await reader.read(header.entries * 4));
  for (const block of placedBlocks(table, wanted)) {
    await skipTo(reader, block.at);
    await receiveBlock(reader, header, block.index, footer.size, write);
  }
  readFooter(await lastFooter(reader));
}

/** The allocated blocks in the order of the file. */
function placedBlocks(table: Buffer, wanted: number): PlacedBlock[] {
  const placed: PlacedBlock[] = [];
  for (let index = 0; index < wanted; index += 1) {
    const sector = table.readUInt32BE(index * 4);
    if (sector !== NOT_ALLOCATED) placed.push({ index, at: sector * SECTOR });
  }
  return placed.toSorted((a, b) => a.at - b.at);
}

/** Writes the sectors that the bitmap marks, in runs; the rest of the block belongs to a parent or was never written. */
async function receiveBlock(
  reader: ByteReader,
  { blockBytes }: DynamicHeader,
  index: number,
  size: number,
  write: WriteAt,
): Promise<void> {
  const bitmapBytes = Math.ceil(blockBytes / SECTOR / 8 / SECTOR) * SECTOR;
  const bitmap = await reader.read(bitmapBytes);
  const data = await reader.read(blockBytes);
  const offset = index * blockBytes;
  const sectors = Math.ceil(Math.min(blockBytes, size - offset) / SECTOR);
  for (let sector = 0; sector < sectors;) {
    const from = sector;
    while (sector < sectors && isMarked(bitmap, sector)) sector += 1;
    const end = Math.min(sector * SECTOR, size - offset);
    if (end > from * SECTOR)
      await write(offset + from * SECTOR, data.subarray(from * SECTOR, end), reader.position);
    while (sector < sectors && !isMarked(bitmap, sector)) sector += 1;
  }
}

function isMarked(bitmap: Uint8Array, sector: number): boolean {
  return ((bitmap[sector >> 3] ?? 0) & (0x80 >> (sector & 7))) !== 0;
}

/** @throws XenFailure VDI_IO_ERROR if the file has gone past that place already: parts overlap */
async function skipTo(reader: ByteReader, offset: number): Promise<void> {
  if (offset < reader.position) throw brokenImage();
  await reader.skip(offset - reader.position);
}

/** The last sector of the file; some writers leave space before it. */
async function lastFooter(reader: ByteReader): Promise<Uint8Array> {
  let last = await reader.read(FOOTER_BYTES);
  for (;;) {
    const next = await reader.readSome(FOOTER_BYTES);
    if (next.length === 0) return last;
    if (next.length < FOOTER_BYTES) throw brokenImage();
    last = next;
  }
}
