/** Reads fixed and dynamic VHDs. Every place in the file is checked before it is read. */
import { corrupt } from './image-error.js';
import { openRawDisk } from './raw-disk.js';
import {
  blockLength,
  DISK_BLOCK,
  isZero,
  SECTOR,
  type DiskImage,
  type RandomAccess,
} from './random-access.js';
import {
  bitmapBytes,
  DISK_TYPE,
  FOOTER_BYTES,
  HEADER_BYTES,
  isFooter,
  parseFooter,
  parseHeader,
  UNUSED_BLOCK,
  type VhdHeader,
} from './vhd-layout.js';

/** Throws `invalid-parameter` when it is damaged, `not-implemented` for a differencing disk. */
export async function openVhd(file: RandomAccess): Promise<DiskImage> {
  if (file.size < FOOTER_BYTES) throw corrupt('it is too short for a VHD');
  const tail = await file.read(file.size - FOOTER_BYTES, FOOTER_BYTES);
  const footer = parseFooter(tail);
  if (footer.type === DISK_TYPE.fixed) {
    if (footer.virtualBytes > file.size - FOOTER_BYTES) throw corrupt('the fixed VHD is truncated');
    return openRawDisk(part(file, footer.virtualBytes));
  }
  const start = await file.read(0, FOOTER_BYTES);
  if (!isFooter(start)) throw corrupt('the VHD does not begin with the copy of its footer');
  if (footer.headerAt < FOOTER_BYTES || footer.headerAt + HEADER_BYTES > file.size)
    throw corrupt('the header of the VHD lies nowhere');
  const header = parseHeader(await file.read(footer.headerAt, HEADER_BYTES));
  const table = await readTable(file, header, footer.virtualBytes);
  return {
    virtualBytes: footer.virtualBytes,
    readBlock: async (index) => readBlock(file, header, table, footer.virtualBytes, index),
  };
}

const part = (file: RandomAccess, size: number): RandomAccess => ({
  size,
  read: (offset, length) => file.read(offset, length),
  isEmpty: (offset, length) => file.isEmpty(offset, length),
});

/** Sectors at which the blocks lie. Two blocks at one place would be a bomb. */
async function readTable(file: RandomAccess, header: VhdHeader, virtualBytes: number): Promise<Uint32Array> {
  const needed = Math.ceil(virtualBytes / header.blockBytes);
  if (header.entries < needed) throw corrupt('the block table of the VHD is too short');
  if (header.tableAt + needed * 4 > file.size) throw corrupt('the block table of the VHD lies nowhere');
  const raw = await file.read(header.tableAt, needed * 4);
  const table = new Uint32Array(needed);
  const stride = bitmapBytes(header.blockBytes) + header.blockBytes;
  for (let index = 0; index < needed; index += 1) {
    const sector = raw.readUInt32BE(index * 4);
    table[index] = sector;
    if (sector !== UNUSED_BLOCK && sector * SECTOR + stride > file.size)
      throw corrupt('a block of the VHD lies behind its end');
  }
  const places = table.filter((sector) => sector !== UNUSED_BLOCK).toSorted();
  const strideSectors = stride / SECTOR;
  if (places.some((sector, at) => at > 0 && sector - (places[at - 1] ?? 0) < strideSectors))
    throw corrupt('blocks of the VHD overlap');
  return table;
}

/** One of our blocks from however many of the file's. */
async function readBlock(
  file: RandomAccess,
  { blockBytes }: VhdHeader,
  table: Uint32Array,
  virtualBytes: number,
  index: number,
): Promise<Buffer | undefined> {
  const start = index * DISK_BLOCK;
  const end = start + blockLength(virtualBytes, index);
  let assembled: Buffer | undefined;
  for (let at = start; at < end;) {
    const block = Math.floor(at / blockBytes);
    const until = Math.min(end, (block + 1) * blockBytes);
    const sector = table[block] ?? UNUSED_BLOCK;
    if (sector !== UNUSED_BLOCK) {
      assembled ??= Buffer.alloc(end - start);
      const inBlock = at - block * blockBytes;
      assembled.set(await readWritten(file, sector * SECTOR, blockBytes, inBlock, until - at), at - start);
    }
    at = until;
  }
  return assembled === undefined || isZero(assembled) ? undefined : assembled;
}

/** Sectors whose bit is not set were never written, whatever lies there. */
async function readWritten(
  file: RandomAccess,
  blockAt: number,
  blockBytes: number,
  offset: number,
  length: number,
): Promise<Buffer> {
  const head = bitmapBytes(blockBytes);
  const bitmap = await file.read(blockAt, head);
  const bytes = Buffer.from(await file.read(blockAt + head + offset, length));
  for (let at = 0; at < length; at += SECTOR) {
    const sector = (offset + at) / SECTOR;
    const isWritten = ((bitmap[sector >> 3] ?? 0) & (0x80 >> (sector & 7))) !== 0;
    if (!isWritten) bytes.fill(0, at, Math.min(length, at + SECTOR));
  }
  return bytes;
}
