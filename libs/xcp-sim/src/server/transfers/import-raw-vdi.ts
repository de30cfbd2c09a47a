// Purpose: PUT /import_raw_vdi: an image into a disk (`vdi`), or a raw one into a new disk (`sr_id`, `sr_uuid`).
//
//   arguments, storage attached here? ──no──► 302 | 400 | 404 | 500
//     │
//     ▼
//   200 before a byte is read ──► bytes ──► task: success | VDI_IO_ERROR | SR_BACKEND_FAILURE_44 | TASK_CANCELLED
import type { IncomingMessage } from 'node:http';
import { ByteReader } from './byte-reader.js';
import { createDisk, destroyDisk } from '../../behaviours/vdi-work.js';
import { DiskWriter } from '../../storage/disk-writer.js';
import { hostFor, objectOf, seesSr, startBody, type Exchange } from './exchange.js';
import { NOTHING, RefusedRequest, runTransfer, ServedElsewhere, type Transfer } from './transfer.js';
import { receiveVhd } from '../vhd/receive-vhd.js';
import { withDiskOnHost } from './disk-on-host.js';
import { XenFailure } from '../../core/failure.js';
import type { Row } from '../../database/row.js';

/** Bytes written at once. */
const PORTION = 2 ** 20;
const FORMATS = new Set(['raw', 'vhd']);

interface Target {
  sr: Row;
  /** Undefined: to be made. */
  vdi: Row | undefined;
}

/** Writes at `offset` and keeps the pace of the storage; `read` is how much of the body was consumed so far. */
export type WriteAt = (offset: number, bytes: Uint8Array, read: number) => Promise<void>;

export function importRawVdi(exchange: Exchange): Promise<void> {
  return runTransfer(exchange, 'Importing raw VDI', async (transfer) => {
    refuseUnfit(exchange);
    const { sim, host } = exchange;
    const target = targetOf(exchange);
    if (!seesSr(sim, host, target.sr)) throw new ServedElsewhere(hostFor(sim, target.sr));
    const made = target.vdi === undefined ? await makeDisk(exchange, transfer, target.sr) : undefined;
    const vdi = target.vdi ?? made;
    if (vdi === undefined) throw new RefusedRequest(400);
    try {
      await receive(exchange, transfer, vdi);
    } catch (error) {
      if (made !== undefined) destroyDisk(sim, made);
      throw error;
    }
    return made === undefined ? NOTHING : { type: { kind: 'ref', cls: 'VDI' }, value: made.ref };
  });
}

/** @throws RefusedRequest for a request that cannot be served */
function refuseUnfit({ request, query }: Exchange): void {
  if (request.headers['transfer-encoding'] !== undefined) throw new RefusedRequest(404);
  const format = query.get('format') ?? 'raw';
  if (!FORMATS.has(format)) throw new RefusedRequest(400);
  if (query.get('vdi') !== null) return;
  const intoSr = query.get('sr_id') !== null || query.get('sr_uuid') !== null;
  if (!intoSr) throw new RefusedRequest(500);
  // Only the length of a raw image tells how large the disk has to be.
  if (format !== 'raw' || lengthOf(request) === undefined) throw new RefusedRequest(400);
}

function targetOf({ sim, query }: Exchange): Target {
  const key = query.get('vdi');
  if (key === null)
    return { sr: objectOf(sim, 'SR', query.get('sr_id') ?? query.get('sr_uuid') ?? ''), vdi: undefined };
  const vdi = objectOf(sim, 'VDI', key);
  return { sr: sim.db.get('SR', vdi.link('SR')), vdi };
}

function lengthOf(request: IncomingMessage): number | undefined {
  const text = request.headers['content-length'];
  return text === undefined ? undefined : Number(text);
}

function makeDisk({ request }: Exchange, transfer: Transfer, sr: Row): Promise<Row> {
  return createDisk(transfer, {
    name_label: 'Imported VDI',
    name_description: '',
    SR: sr.ref,
    virtual_size: lengthOf(request) ?? 0,
    type: 'user',
    sharable: false,
    read_only: false,
    other_config: {},
    sm_config: {},
  });
}

async function receive(exchange: Exchange, transfer: Transfer, vdi: Row): Promise<void> {
  const { sim, host, request, query } = exchange;
  await withDiskOnHost(sim, host, vdi, 'RW', async () => {
    startBody(exchange, 'application/octet-stream', { 'task-id': transfer.taskRef });
    await transfer.spend('importAttach');
    const writer = new DiskWriter(sim, vdi);
    const total = lengthOf(request) ?? 0;
    const write: WriteAt = async (offset, bytes, read) => {
      writer.write(offset, bytes);
      transfer.progress(total > 0 ? read / total : 0);
      await transfer.pass(sim.latency.copyBytes(bytes.length));
    };
    try {
      const reader = new ByteReader(request);
      if (query.get('format') === 'vhd') await receiveVhd(reader, vdi.int('virtual_size'), write);
      else if (query.get('chunked') !== null) await receiveSparse(reader, write);
      else await receiveRaw(reader, write);
      await reader.drain();
      // A body that ended before its announced length was cut off.
      if (!request.complete) throw new XenFailure('VDI_IO_ERROR', 'Device I/O errors');
    } finally {
      writer.flush();
    }
  });
}

async function receiveRaw(reader: ByteReader, write: WriteAt): Promise<void> {
  for (;;) {
    const offset = reader.position;
    const bytes = await reader.readSome(PORTION);
    if (bytes.length === 0) return;
    await write(offset, bytes, reader.position);
  }
}

/** Largest piece of a sparse stream; pieces come from readers of blocks, not of disks. */
const LARGEST_PIECE = 64 * 2 ** 20;

/**
 * The toolstack's own framing of sparse images (`chunked`): pieces of offset (64 bits), length (32 bits), both little
 * endian, and bytes; a piece without bytes ends the stream. @throws XenFailure VDI_IO_ERROR for a broken one
 */
async function receiveSparse(reader: ByteReader, write: WriteAt): Promise<void> {
  for (;;) {
    const head = Buffer.from(await reader.read(12));
    const length = head.readUInt32LE(8);
    if (length === 0) return;
    if (length > LARGEST_PIECE) throw new XenFailure('VDI_IO_ERROR', 'Device I/O errors');
    const bytes = await reader.read(length);
    await write(Number(head.readBigUInt64LE(0)), bytes, reader.position);
  }
}
