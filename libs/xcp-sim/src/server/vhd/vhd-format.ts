// Purpose: the parts of a VHD file (Microsoft's Virtual Hard Disk Image Format Specification, 2006): footer, header of
// dynamic disks, allocation table. Numbers are big endian; checksums are the inverted sum of the bytes.
import { XenFailure } from '../../core/failure.js';

export const SECTOR = 512;
export const FOOTER_BYTES = 512;
export const HEADER_BYTES = 1024;
/** Data of a block; xapi writes and reads this size. */
export const VHD_BLOCK = 2 * 2 ** 20;
/** One bit a sector of a block, filled up to whole sectors. */
export const BITMAP_BYTES = 512;
/** Allocation table entry of a block that is not there. */
export const NOT_ALLOCATED = 0xffffffff;

const COOKIE = 'conectix';
const HEADER_COOKIE = 'cxsparse';
const FILE_FORMAT_VERSION = 0x00010000;
/** VHD time starts with the year 2000. */
const EPOCH_2000 = 946_684_800;

export type DiskKind = 'fixed' | 'dynamic' | 'differencing';
const KINDS: Readonly<Record<number, DiskKind>> = { 2: 'fixed', 3: 'dynamic', 4: 'differencing' };
const KIND_NUMBERS = { fixed: 2, dynamic: 3, differencing: 4 } as const;

export interface Footer {
  kind: DiskKind;
  /** Bytes of the disk as a guest sees it. */
  size: number;
  /** Where the header of a dynamic disk starts. */
  dataOffset: number;
}

export interface DynamicHeader {
  tableOffset: number;
  /** Entries of the allocation table. */
  entries: number;
  blockBytes: number;
}

/** What a broken image looks like to the client. */
export function brokenImage(): XenFailure {
  return new XenFailure('VDI_IO_ERROR', 'Device I/O errors');
}

/** @throws XenFailure VDI_IO_ERROR if this is no footer */
export function readFooter(bytes: Uint8Array): Footer {
  const buffer = Buffer.from(bytes);
  if (buffer.length < FOOTER_BYTES || buffer.toString('latin1', 0, 8) !== COOKIE) throw brokenImage();
  if (buffer.readUInt32BE(64) !== checksum(buffer.subarray(0, FOOTER_BYTES), 64)) throw brokenImage();
  const kind = KINDS[buffer.readUInt32BE(60)];
  if (kind === undefined) throw brokenImage();
  return { kind, size: Number(buffer.readBigUInt64BE(48)), dataOffset: Number(buffer.readBigUInt64BE(16)) };
}

/** @throws XenFailure VDI_IO_ERROR if this is no header, or one with blocks of a strange size */
export function readHeader(bytes: Uint8Array): DynamicHeader {
  const buffer = Buffer.from(bytes);
  if (buffer.toString('latin1', 0, 8) !== HEADER_COOKIE) throw brokenImage();
  if (buffer.readUInt32BE(36) !== checksum(buffer, 36)) throw brokenImage();
  const blockBytes = buffer.readUInt32BE(32);
  // Powers of two from one sector up; larger blocks than 2 MiB are not written by anybody.
  if (blockBytes < SECTOR || blockBytes > VHD_BLOCK || (blockBytes & (blockBytes - 1)) !== 0)
    throw brokenImage();
  return { tableOffset: Number(buffer.readBigUInt64BE(16)), entries: buffer.readUInt32BE(28), blockBytes };
}

export interface FooterFields {
  kind: DiskKind;
  size: number;
  uuid: string;
  /** Milliseconds since 1970. */
  time: number;
}

export function writeFooter({ kind, size, uuid, time }: FooterFields): Buffer {
  const buffer = Buffer.alloc(FOOTER_BYTES);
  buffer.write(COOKIE, 0, 'latin1');
  buffer.writeUInt32BE(2, 8); // reserved bit, always set
  buffer.writeUInt32BE(FILE_FORMAT_VERSION, 12);
  buffer.writeBigUInt64BE(kind === 'fixed' ? 0xffffffffffffffffn : BigInt(FOOTER_BYTES), 16);
  buffer.writeUInt32BE(Math.max(0, Math.floor(time / 1000) - EPOCH_2000), 24);
  buffer.write('tap\0', 28, 'latin1');
  buffer.writeUInt32BE(0x00010003, 32);
  buffer.writeBigUInt64BE(BigInt(size), 40);
  buffer.writeBigUInt64BE(BigInt(size), 48);
  writeGeometry(buffer, size);
  buffer.writeUInt32BE(KIND_NUMBERS[kind], 60);
  uuidBytes(uuid).copy(buffer, 68);
  buffer.writeUInt32BE(checksum(buffer, 64), 64);
  return buffer;
}

export interface HeaderFields {
  tableOffset: number;
  entries: number;
  parent: { uuid: string; name: string } | undefined;
}

export function writeHeader({ tableOffset, entries, parent }: HeaderFields): Buffer {
  const buffer = Buffer.alloc(HEADER_BYTES);
  buffer.write(HEADER_COOKIE, 0, 'latin1');
  buffer.fill(0xff, 8, 16);
  buffer.writeBigUInt64BE(BigInt(tableOffset), 16);
  buffer.writeUInt32BE(FILE_FORMAT_VERSION, 24);
  buffer.writeUInt32BE(entries, 28);
  buffer.writeUInt32BE(VHD_BLOCK, 32);
  if (parent !== undefined) {
    uuidBytes(parent.uuid).copy(buffer, 40);
    // The name is UTF-16, big endian.
    Buffer.from(parent.name, 'utf16le').subarray(0, 512).swap16().copy(buffer, 64);
  }
  buffer.writeUInt32BE(checksum(buffer, 36), 36);
  return buffer;
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** The inverted sum of all bytes, those of the checksum itself left out. */
function checksum(bytes: Uint8Array, at: number): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 1)
    if (index < at || index >= at + 4) sum += bytes[index] ?? 0;
  return ~sum >>> 0;
}

/** Cylinders, heads and sectors per track by the algorithm of the specification's appendix. */
function writeGeometry(buffer: Buffer, size: number): void {
  const sectors = Math.min(Math.floor(size / SECTOR), 65_535 * 16 * 255);
  let [perTrack, heads] = [255, 16];
  let tracks = Math.floor(sectors / perTrack);
  if (sectors < 65_535 * 16 * 63) {
    perTrack = 17;
    tracks = Math.floor(sectors / perTrack);
    heads = Math.max(4, Math.floor((tracks + 1023) / 1024));
    if (tracks >= heads * 1024 || heads > 16) [perTrack, heads] = [31, 16];
    tracks = Math.floor(sectors / perTrack);
    if (tracks >= heads * 1024) [perTrack, heads] = [63, 16];
    tracks = Math.floor(sectors / perTrack);
  }
  buffer.writeUInt16BE(Math.min(65_535, Math.floor(tracks / heads)), 56);
  buffer.writeUInt8(heads, 58);
  buffer.writeUInt8(perTrack, 59);
}
