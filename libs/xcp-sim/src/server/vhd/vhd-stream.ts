// Purpose: a disk as a dynamic VHD, or as a differencing one with what changed since another disk.
import { BLOCK_BYTES } from '../../storage/content/block-store.js';
import {
  BITMAP_BYTES,
  FOOTER_BYTES,
  HEADER_BYTES,
  NOT_ALLOCATED,
  SECTOR,
  VHD_BLOCK,
  writeFooter,
  writeHeader,
} from './vhd-format.js';
import type { ByteStream } from '../transfers/export-raw-vdi.js';
import type { Row } from '../../database/row.js';
import type { SimPool } from '../../core/sim-pool.js';

const PARTS = VHD_BLOCK / BLOCK_BYTES;
const TABLE_OFFSET = FOOTER_BYTES + HEADER_BYTES;

/** The stream of a whole file; its length is known from the table. */
export function vhdStream(sim: SimPool, vdi: Row, base: Row | undefined): ByteStream {
  const size = vdi.int('virtual_size');
  const entries = Math.ceil(size / VHD_BLOCK);
  const blocks = dataByBlock(sim, vdi, base, entries);
  const tableBytes = Math.ceil((entries * 4) / SECTOR) * SECTOR;
  const total = TABLE_OFFSET + tableBytes + blocks.size * (BITMAP_BYTES + VHD_BLOCK) + FOOTER_BYTES;
  const footer = writeFooter({
    kind: base === undefined ? 'dynamic' : 'differencing',
    size,
    uuid: vdi.uuid,
    time: sim.clock.now(),
  });
  function* chunks(): Generator<Uint8Array> {
    const parent = base === undefined ? undefined : { uuid: base.uuid, name: `${base.uuid}.vhd` };
    yield footer;
    yield writeHeader({ tableOffset: TABLE_OFFSET, entries, parent });
    yield allocationTable(tableBytes, [...blocks.keys()]);
    for (const [index, parts] of blocks) {
      yield bitmapOf(parts);
      yield blockData(sim, vdi, index, size);
    }
    yield footer;
  }
  return { total, chunks: chunks() };
}

/** For each VHD block with data: which of its 64 KiB parts hold some. */
function dataByBlock(sim: SimPool, vdi: Row, base: Row | undefined, entries: number): Map<number, number[]> {
  const blocks = new Map<number, number[]>();
  for (const part of sim.contents.dataBlocks(vdi, base)) {
    const index = Math.floor(part / PARTS);
    if (index >= entries) continue;
    const known = blocks.get(index);
    if (known === undefined) blocks.set(index, [part % PARTS]);
    else known.push(part % PARTS);
  }
  return blocks;
}

function allocationTable(bytes: number, indices: readonly number[]): Buffer {
  const table = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4) table.writeUInt32BE(NOT_ALLOCATED, at);
  const firstSector = (TABLE_OFFSET + bytes) / SECTOR;
  const sectorsPerBlock = (BITMAP_BYTES + VHD_BLOCK) / SECTOR;
  for (const [place, index] of indices.entries())
    table.writeUInt32BE(firstSector + place * sectorsPerBlock, index * 4);
  return table;
}

/** A part is 128 sectors: 16 bytes of the bitmap. */
function bitmapOf(parts: readonly number[]): Buffer {
  const bitmap = Buffer.alloc(BITMAP_BYTES);
  const bytes = BLOCK_BYTES / SECTOR / 8;
  for (const part of parts) bitmap.fill(0xff, part * bytes, (part + 1) * bytes);
  return bitmap;
}

/** The last block of a disk is filled up with zeros. */
function blockData(sim: SimPool, vdi: Row, index: number, size: number): Uint8Array {
  const offset = index * VHD_BLOCK;
  const data = new Uint8Array(VHD_BLOCK);
  data.set(sim.contents.read(vdi, offset, Math.min(VHD_BLOCK, size - offset)));
  return data;
}
