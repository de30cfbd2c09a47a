/**
 * The structures of Microsoft's Virtual Hard Disk format, version 1.0. All numbers are big-endian.
 *
 *   footer copy (512) · dynamic header (1024) · block table · { sector bitmap · block } … · footer (512)
 */
import { corrupt, unsupported } from './image-error.js';
import { SECTOR } from './random-access.js';

export const FOOTER_BYTES = 512;
export const HEADER_BYTES = 1024;
export const UNUSED_BLOCK = 0xff_ff_ff_ff;
/** "Hard Disk Footer Format": fixed, dynamic, differencing. */
export const DISK_TYPE = { fixed: 2, dynamic: 3, differencing: 4 } as const;
/** The format's own bound: 2,040 GiB. */
export const MAX_VHD_BYTES = 2040 * 2 ** 30;

const FOOTER_CHECKSUM_AT = 64;
const HEADER_CHECKSUM_AT = 36;

/** One's complement of the sum of all bytes but those of the checksum itself. */
function checksum(structure: Buffer, checksumAt: number): number {
  let sum = 0;
  for (const [at, byte] of structure.entries()) {
    if (at < checksumAt || at >= checksumAt + 4) sum += byte;
  }
  return ~sum >>> 0;
}

export interface VhdFooter {
  readonly type: number;
  readonly virtualBytes: number;
  /** Where the dynamic header is; not used by fixed disks. */
  readonly headerAt: number;
}

export const isFooter = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 8) === 'conectix';

/** Throws `invalid-parameter`, `not-implemented` for a disk that is the difference to another one. */
export function parseFooter(bytes: Buffer): VhdFooter {
  if (!isFooter(bytes)) throw corrupt('it does not end like a VHD');
  if (bytes.readUInt32BE(FOOTER_CHECKSUM_AT) !== checksum(bytes, FOOTER_CHECKSUM_AT))
    throw corrupt('the checksum of the VHD footer is wrong');
  const type = bytes.readUInt32BE(60);
  if (type === DISK_TYPE.differencing)
    throw unsupported('it is the difference to another VHD', 'Merge it with its parent first.');
  if (type !== DISK_TYPE.fixed && type !== DISK_TYPE.dynamic) throw corrupt('its kind of VHD does not exist');
  const size = bytes.readBigUInt64BE(48);
  if (size === 0n || size > BigInt(MAX_VHD_BYTES) || size % BigInt(SECTOR) !== 0n)
    throw corrupt('the size of the disk is impossible');
  const headerAt = bytes.readBigUInt64BE(16);
  return { type, virtualBytes: Number(size), headerAt: headerAt < 2n ** 52n ? Number(headerAt) : -1 };
}

export interface VhdHeader {
  readonly tableAt: number;
  readonly entries: number;
  readonly blockBytes: number;
}

/** Blocks are 2 MiB nearly everywhere; the format allows other powers of two. */
const MIN_BLOCK = 4096;
const MAX_BLOCK = 64 * 2 ** 20;

export function parseHeader(bytes: Buffer): VhdHeader {
  if (bytes.toString('latin1', 0, 8) !== 'cxsparse') throw corrupt('the VHD has no header');
  if (bytes.readUInt32BE(HEADER_CHECKSUM_AT) !== checksum(bytes, HEADER_CHECKSUM_AT))
    throw corrupt('the checksum of the VHD header is wrong');
  const tableAt = bytes.readBigUInt64BE(16);
  const blockBytes = bytes.readUInt32BE(32);
  const isPower = (blockBytes & (blockBytes - 1)) === 0;
  if (!isPower || blockBytes < MIN_BLOCK || blockBytes > MAX_BLOCK)
    throw corrupt('the block size of the VHD is impossible');
  if (tableAt > 2n ** 52n) throw corrupt('the block table of the VHD lies nowhere');
  return { tableAt: Number(tableAt), entries: bytes.readUInt32BE(28), blockBytes };
}

/** The geometry that the format asks for ("CHS Calculation"). */
function geometry(virtualBytes: number): number {
  const sectors = Math.min(virtualBytes / SECTOR, 65_535 * 16 * 255);
  if (sectors >= 65_535 * 16 * 63) return packed(Math.floor(sectors / (16 * 255)), 16, 255);
  let perTrack = 17;
  let tracks = Math.floor(sectors / perTrack);
  let heads = Math.max(4, Math.floor((tracks + 1023) / 1024));
  for (const next of [31, 63]) {
    if (tracks < heads * 1024 && heads <= 16) break;
    perTrack = next;
    heads = 16;
    tracks = Math.floor(sectors / perTrack);
  }
  return packed(Math.floor(tracks / heads), heads, perTrack);
}

const packed = (cylinders: number, heads: number, perTrack: number): number =>
  (cylinders * 2 ** 16 + heads * 2 ** 8 + perTrack) >>> 0;

/** Footer of a dynamic disk. `id`: 16 bytes that name the disk. */
export function writeFooter(virtualBytes: number, id: Uint8Array): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.write('conectix', 0, 'latin1');
  footer.writeUInt32BE(2, 8);
  footer.writeUInt32BE(0x0001_0000, 12);
  footer.writeBigUInt64BE(BigInt(FOOTER_BYTES), 16);
  // Xen's own name: other programs then take the size as it is written and not the rounded geometry.
  footer.write('tap\0', 28, 'latin1');
  footer.writeUInt32BE(0x0001_0000, 32);
  footer.writeBigUInt64BE(BigInt(virtualBytes), 40);
  footer.writeBigUInt64BE(BigInt(virtualBytes), 48);
  footer.writeUInt32BE(geometry(virtualBytes), 56);
  footer.writeUInt32BE(DISK_TYPE.dynamic, 60);
  footer.set(id.subarray(0, 16), 68);
  footer.writeUInt32BE(checksum(footer, FOOTER_CHECKSUM_AT), FOOTER_CHECKSUM_AT);
  return footer;
}

export function writeHeader(entries: number, blockBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('cxsparse', 0, 'latin1');
  header.writeBigUInt64BE(2n ** 64n - 1n, 8);
  header.writeBigUInt64BE(BigInt(FOOTER_BYTES + HEADER_BYTES), 16);
  header.writeUInt32BE(0x0001_0000, 24);
  header.writeUInt32BE(entries, 28);
  header.writeUInt32BE(blockBytes, 32);
  header.writeUInt32BE(checksum(header, HEADER_CHECKSUM_AT), HEADER_CHECKSUM_AT);
  return header;
}

/** Bytes of the bitmap before each block: a bit a sector, whole sectors. */
export const bitmapBytes = (blockBytes: number): number =>
  Math.ceil(blockBytes / SECTOR / 8 / SECTOR) * SECTOR;
