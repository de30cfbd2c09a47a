/**
 * Reads VMware's sparse extents: streamOptimized (grains are deflated) as OVF carries them, and monolithicSparse.
 * All numbers are little-endian; places and sizes are in sectors.
 *
 *   header · descriptor text · grains, tables … · grain directory · footer (header again, when the first has none)
 */
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { corrupt, tooLarge, unsupported } from './image-error.js';
import {
  blockLength,
  DISK_BLOCK,
  isZero,
  SECTOR,
  type DiskImage,
  type RandomAccess,
} from './random-access.js';

const inflated = promisify(inflate);

/** `VMDK` backwards, "Hosted Sparse Extents". */
const MAGIC = 0x56_4d_44_4b;
const COMPRESSED_GRAINS = 2 ** 16;
const DEFLATE = 1;
/** The first header of a stream does not know where its directory will be: it is in the footer. */
const DIRECTORY_AT_END = 2n ** 64n - 1n;
const MARKER_BYTES = 12;
const MAX_TABLE_ENTRIES = 65_536;

interface Header {
  readonly capacity: number;
  readonly grain: number;
  readonly entriesPerTable: number;
  readonly directoryAt: bigint;
  readonly isCompressed: boolean;
}

const bounded = (value: bigint, limit: number, what: string): number => {
  if (value > BigInt(limit)) throw corrupt(`${what} of the VMDK is impossible`);
  return Number(value);
};

function parseHeader(bytes: Buffer, maxBytes: number): Header {
  if (bytes.readUInt32LE(0) !== MAGIC) {
    if (bytes.toString('latin1', 0, 21).startsWith('# Disk DescriptorFile'))
      throw unsupported('its data is in other files', 'Convert it to a streamOptimized VMDK.');
    throw corrupt('it does not begin like a VMDK');
  }
  const version = bytes.readUInt32LE(4);
  if (version < 1 || version > 3) throw unsupported(`it is a VMDK of version ${version}`, 'Convert it.');
  const capacity = bytes.readBigUInt64LE(12);
  if (capacity * BigInt(SECTOR) > BigInt(maxBytes))
    throw tooLarge('a disk is beyond the limit', maxBytes, Number(capacity) * SECTOR);
  const grain = bounded(bytes.readBigUInt64LE(20), 8_192, 'the grain size');
  const entriesPerTable = bytes.readUInt32LE(44);
  if (grain < 8 || (grain & (grain - 1)) !== 0) throw corrupt('the grain size of the VMDK is impossible');
  if (entriesPerTable < 1 || entriesPerTable > MAX_TABLE_ENTRIES)
    throw corrupt('the tables of the VMDK are impossible');
  const isCompressed = (bytes.readUInt32LE(8) & COMPRESSED_GRAINS) !== 0;
  if (isCompressed && bytes.readUInt16LE(77) !== DEFLATE)
    throw unsupported('its compression is not known', 'Convert it to a streamOptimized VMDK.');
  if (capacity === 0n) throw corrupt('the disk has no size');
  return {
    capacity: Number(capacity),
    grain,
    entriesPerTable,
    directoryAt: bytes.readBigUInt64LE(56),
    isCompressed,
  };
}

/** `maxBytes` bounds the disk, not the file. Throws `invalid-parameter`, `too-large`, `not-implemented`. */
export async function openVmdk(file: RandomAccess, maxBytes: number): Promise<DiskImage> {
  if (file.size < SECTOR) throw corrupt('it is too short for a VMDK');
  let header = parseHeader(await file.read(0, SECTOR), maxBytes);
  if (header.directoryAt === DIRECTORY_AT_END) {
    if (file.size < 3 * SECTOR) throw corrupt('the VMDK is truncated');
    const footer = parseHeader(await file.read(file.size - 2 * SECTOR, SECTOR), maxBytes);
    if (footer.capacity !== header.capacity || footer.grain !== header.grain)
      throw corrupt('head and end of the VMDK do not agree');
    header = footer;
  }
  const reader = new GrainReader(file, header, await readDirectory(file, header));
  const virtualBytes = header.capacity * SECTOR;
  return { virtualBytes, readBlock: async (index) => readBlock(reader, header, virtualBytes, index) };
}

async function readDirectory(file: RandomAccess, header: Header): Promise<Buffer> {
  const at = bounded(header.directoryAt, Math.floor(file.size / SECTOR), 'the directory');
  const tables = Math.ceil(header.capacity / (header.grain * header.entriesPerTable));
  if (at * SECTOR + tables * 4 > file.size) throw corrupt('the directory of the VMDK lies nowhere');
  return file.read(at * SECTOR, tables * 4);
}

async function readBlock(
  reader: GrainReader,
  { grain }: Header,
  virtualBytes: number,
  index: number,
): Promise<Buffer | undefined> {
  const grainBytes = grain * SECTOR;
  const start = index * DISK_BLOCK;
  const end = start + blockLength(virtualBytes, index);
  let assembled: Buffer | undefined;
  for (let at = start; at < end;) {
    const number = Math.floor(at / grainBytes);
    const until = Math.min(end, (number + 1) * grainBytes);
    const bytes = await reader.read(number);
    if (bytes !== undefined) {
      assembled ??= Buffer.alloc(end - start);
      const from = at - number * grainBytes;
      assembled.set(bytes.subarray(from, from + until - at), at - start);
    }
    at = until;
  }
  return assembled === undefined || isZero(assembled) ? undefined : assembled;
}

class GrainReader {
  private tableNumber = -1;
  private table: Buffer = Buffer.alloc(0);

  constructor(
    private readonly file: RandomAccess,
    private readonly header: Header,
    private readonly directory: Buffer,
  ) {}

  /** Undefined when it was never written. */
  async read(grain: number): Promise<Buffer | undefined> {
    const { entriesPerTable, isCompressed } = this.header;
    await this.useTable(Math.floor(grain / entriesPerTable));
    const entry = (grain % entriesPerTable) * 4;
    const sector = entry < this.table.length ? this.table.readUInt32LE(entry) : 0;
    // 0: never written, 1: written as zeros.
    if (sector <= 1) return undefined;
    return isCompressed ? this.readCompressed(grain, sector) : this.readPlain(sector);
  }

  private async useTable(number: number): Promise<void> {
    if (this.tableNumber === number) return;
    this.tableNumber = number;
    const sector = this.directory.readUInt32LE(number * 4);
    const bytes = this.header.entriesPerTable * 4;
    if (sector === 0) this.table = Buffer.alloc(0);
    else if (sector * SECTOR + bytes > this.file.size) throw corrupt('a table of the VMDK lies nowhere');
    else this.table = await this.file.read(sector * SECTOR, bytes);
  }

  private async readPlain(sector: number): Promise<Buffer> {
    const bytes = this.header.grain * SECTOR;
    if (sector * SECTOR + bytes > this.file.size) throw corrupt('a grain of the VMDK lies nowhere');
    return this.file.read(sector * SECTOR, bytes);
  }

  private async readCompressed(grain: number, sector: number): Promise<Buffer> {
    const at = sector * SECTOR;
    if (at + MARKER_BYTES > this.file.size) throw corrupt('a grain of the VMDK lies nowhere');
    const marker = await this.file.read(at, MARKER_BYTES);
    const bytes = marker.readUInt32LE(8);
    const whole = this.header.grain * SECTOR;
    // Two grains at one place would be a bomb: each says which one it is.
    if (marker.readBigUInt64LE(0) !== BigInt(grain) * BigInt(this.header.grain))
      throw corrupt('a grain of the VMDK is not the one that it should be');
    if (bytes === 0 || bytes > 2 * whole || at + MARKER_BYTES + bytes > this.file.size)
      throw corrupt('a grain of the VMDK has an impossible size');
    const raw = await this.file.read(at + MARKER_BYTES, bytes);
    try {
      const plain = await inflated(raw, { maxOutputLength: whole });
      return plain.length === whole ? plain : Buffer.concat([plain], whole);
    } catch {
      throw corrupt('a grain of the VMDK cannot be unpacked');
    }
  }
}
