/** The records of an ISO 9660 volume (ECMA-119) with one directory. Numbers are mostly written in both byte orders. */

export const SECTOR = 2048;

/** Whole sectors for so many bytes; something empty takes one too, so that nothing shares a place. */
export const sectorsFor = (bytes: number): number => Math.max(1, Math.ceil(bytes / SECTOR));

export interface IsoFile {
  /** As it is written in the directory. */
  readonly name: Uint8Array;
  readonly sector: number;
  readonly bytes: number;
}

interface Extent {
  readonly sector: number;
  readonly bytes: number;
}

/** 1980-01-01, the same on every drive: years since 1900, month, day, hour, minute, second, zone. */
const FIXED_DATE = Uint8Array.of(80, 1, 1, 0, 0, 0, 0);
const IS_DIRECTORY = 2;
const RECORD_HEAD = 33;

/** ECMA-119 7.2.3: 16 bits, little-endian then big-endian. */
function both16(into: Buffer, at: number, value: number): void {
  into.writeUInt16LE(value, at);
  into.writeUInt16BE(value, at + 2);
}

/** ECMA-119 7.3.3: 32 bits, little-endian then big-endian. */
function both32(into: Buffer, at: number, value: number): void {
  into.writeUInt32LE(value, at);
  into.writeUInt32BE(value, at + 4);
}

/** ECMA-119 9.1. */
function directoryRecord(name: Uint8Array, { sector, bytes }: Extent, flags: number): Buffer {
  const length = RECORD_HEAD + name.length + (name.length % 2 === 0 ? 1 : 0);
  const record = Buffer.alloc(length);
  record[0] = length;
  both32(record, 2, sector);
  both32(record, 10, bytes);
  record.set(FIXED_DATE, 18);
  record[25] = flags;
  both16(record, 28, 1);
  record[32] = name.length;
  record.set(name, RECORD_HEAD);
  return record;
}

const SELF = Uint8Array.of(0);
const PARENT = Uint8Array.of(1);

/** The root directory, whole sectors. Records never cross a sector (ECMA-119 6.8.1.1). */
export function directoryBytes(files: readonly IsoFile[], sector: number): Buffer {
  const sorted = files.toSorted((a, b) => Buffer.compare(a.name, b.name));
  const records = sorted.map((file) => directoryRecord(file.name, file, 0));
  const bytes = packedLength(records);
  const own = { sector, bytes };
  const packed = Buffer.alloc(bytes);
  let at = 0;
  for (const record of [
    directoryRecord(SELF, own, IS_DIRECTORY),
    directoryRecord(PARENT, own, IS_DIRECTORY),
    ...records,
  ]) {
    at = placeOf(at, record.length);
    packed.set(record, at);
    at += record.length;
  }
  return packed;
}

const placeOf = (at: number, length: number): number =>
  (at % SECTOR) + length > SECTOR ? Math.ceil(at / SECTOR) * SECTOR : at;

function packedLength(records: readonly Buffer[]): number {
  let at = 2 * (RECORD_HEAD + 1);
  for (const record of records) at = placeOf(at, record.length) + record.length;
  return sectorsFor(at) * SECTOR;
}

/** One entry, the root (ECMA-119 9.4). */
export function pathTable(rootSector: number, order: 'little' | 'big'): Buffer {
  const table = Buffer.alloc(PATH_TABLE_BYTES);
  table[0] = 1;
  if (order === 'little') {
    table.writeUInt32LE(rootSector, 2);
    table.writeUInt16LE(1, 6);
  } else {
    table.writeUInt32BE(rootSector, 2);
    table.writeUInt16BE(1, 6);
  }
  return table;
}

const PATH_TABLE_BYTES = 10;

export interface Volume {
  readonly kind: 'primary' | 'joliet';
  readonly label: string;
  /** Of the whole image. */
  readonly sectors: number;
  /** Sectors of the path tables: little-endian, big-endian. */
  readonly pathTables: readonly [number, number];
  readonly root: Extent;
}

const text = (kind: Volume['kind'], value: string, length: number): Buffer => {
  if (kind === 'primary') return Buffer.from(value.padEnd(length, ' '), 'ascii');
  return Buffer.from(value.padEnd(Math.floor(length / 2), ' '), 'utf16le').swap16();
};

/** Offsets and lengths of the texts of a volume descriptor: system, volume set, publisher … (ECMA-119 8.4). */
const BLANK_TEXTS = [
  [8, 32],
  [190, 128],
  [318, 128],
  [446, 128],
  [574, 128],
  [702, 37],
  [739, 37],
  [776, 37],
] as const;
/** Creation, modification, expiration, effective: `not specified` is sixteen digits zero. */
const DATES = [813, 830, 847, 864] as const;
/** UCS-2 level 3. */
const JOLIET_ESCAPE = Buffer.from('%/E', 'ascii');

/** ECMA-119 8.4 (primary) and 8.5 with the Joliet escape sequence (supplementary). */
export function volumeDescriptor({ kind, label, sectors, pathTables, root }: Volume): Buffer {
  const volume = Buffer.alloc(SECTOR);
  volume[0] = kind === 'primary' ? 1 : 2;
  volume.write('CD001', 1, 'ascii');
  volume[6] = 1;
  for (const [at, length] of BLANK_TEXTS) volume.set(text(kind, '', length), at);
  volume.set(text(kind, label, 32), 40);
  both32(volume, 80, sectors);
  if (kind === 'joliet') volume.set(JOLIET_ESCAPE, 88);
  both16(volume, 120, 1);
  both16(volume, 124, 1);
  both16(volume, 128, SECTOR);
  both32(volume, 132, PATH_TABLE_BYTES);
  volume.writeUInt32LE(pathTables[0], 140);
  volume.writeUInt32BE(pathTables[1], 148);
  volume.set(directoryRecord(SELF, root, IS_DIRECTORY), 156);
  for (const at of DATES) volume.write('0'.repeat(16), at, 'ascii');
  volume[881] = 1;
  return volume;
}

/** ECMA-119 8.3. */
export const TERMINATOR: Uint8Array = Uint8Array.from([255, ...Buffer.from('CD001', 'ascii'), 1]);
