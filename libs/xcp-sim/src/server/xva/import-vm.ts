// Purpose: PUT /import: a VM from an XVA; PUT /import_metadata: its records only, for disks that are there already.
//
//   arguments, storage ──► 302 | 400 | 403        200 before the body ──► objects ──► chunks, each checked ──► task
//                                                 anything wrong ──► everything made goes again, the task says what
import { CHUNK_BYTES } from './export-vm.js';
import { DiskWriter } from '../../storage/disk-writer.js';
import { hashOf } from './chunk-hash.js';
import { hostFor, objectOf, seesSr, startBody, type Exchange } from '../transfers/exchange.js';
import { nextMember, type TarMember } from './tar.js';
import { parseOva } from './ova-document.js';
import { prematureEnd, unpackedReader } from './unpack.js';
import {
  RefusedRequest,
  runTransfer,
  ServedElsewhere,
  type Transfer,
  type TransferResult,
} from '../transfers/transfer.js';
import { VmImport, type ImportedDisk } from './imported-vm.js';
import { XenFailure } from '../../core/failure.js';
import type { Call } from '../../core/call.js';
import type { ByteReader } from '../transfers/byte-reader.js';
import type { Row } from '../../database/row.js';

/** Room for the records of thousands of objects; more is no document. */
const LARGEST_DOCUMENT = 16 * 2 ** 20;

export function importVm(exchange: Exchange): Promise<void> {
  return runTransfer(exchange, 'VM import', async (transfer) => {
    refuseChunked(exchange);
    const sr = targetSr(exchange);
    if (sr.text('content_type') === 'iso') throw new RefusedRequest(400);
    if (!seesSr(exchange.sim, exchange.host, sr)) throw new ServedElsewhere(hostFor(exchange.sim, sr));
    return receive(exchange, transfer, sr);
  });
}

export function importMetadata(exchange: Exchange): Promise<void> {
  return runTransfer(exchange, 'VM metadata import', (transfer) => {
    refuseChunked(exchange);
    return receive(exchange, transfer, undefined);
  });
}

function refuseChunked({ request }: Exchange): void {
  if (request.headers['transfer-encoding'] !== undefined) throw new RefusedRequest(403);
}

/** @throws XenFailure DEFAULT_SR_NOT_FOUND, HANDLE_INVALID */
function targetSr({ sim, query }: Exchange): Row {
  const key = query.get('sr_id') ?? query.get('sr_uuid');
  if (key !== null) return objectOf(sim, 'SR', key);
  const sr = sim.db.find('SR', sim.pool.link('default_SR'));
  if (sr === undefined) throw new XenFailure('DEFAULT_SR_NOT_FOUND', sim.pool.link('default_SR'));
  return sr;
}

function receive(exchange: Exchange, transfer: Transfer, sr: Row | undefined): Promise<TransferResult> {
  const { request, query } = exchange;
  startBody(exchange, 'application/octet-stream', { 'task-id': transfer.taskRef });
  const isTrue = (name: string): boolean => query.get(name) === 'true';
  return receiveArchive(transfer, request, Number(request.headers['content-length'] ?? 0), {
    sr,
    restore: isTrue('restore'),
    check: isTrue('force') ? 'ignore checksums' : 'check',
    keep: isTrue('dry_run') ? 'nothing' : 'all',
  });
}

export interface ArchiveWish {
  /** Where the disks go; undefined: they are there already (records only). */
  sr: Row | undefined;
  /** Keep UUID and MAC addresses. */
  restore: boolean;
  check: 'check' | 'ignore checksums';
  /** `nothing`: only try whether it would work. */
  keep: 'all' | 'nothing';
}

/** Reads an XVA of `total` packed bytes (0: unknown). Whatever goes wrong, nothing that was made stays. */
export async function receiveArchive(
  call: Call,
  body: AsyncIterable<Uint8Array>,
  total: number,
  { sr, restore, check, keep }: ArchiveWish,
): Promise<TransferResult> {
  const { sim } = call;
  const reader = await unpackedReader(body, (read) => call.progress(total > 0 ? read / total : 0));
  const first = await nextMember(reader, LARGEST_DOCUMENT);
  if (first?.name !== 'ova.xml') throw unexpectedFile('ova.xml', first?.name ?? '');
  const objects = parseOva(sim, Buffer.from(first.content).toString('utf8'));
  const made = new VmImport(call, objects, { sr, restore });
  try {
    await made.make();
    if (sr !== undefined)
      for (const disk of made.disks.values()) await receiveDisk(call, reader, disk, check);
    made.finish();
    if (keep === 'nothing') made.undo();
  } catch (error) {
    made.undo();
    throw error;
  }
  const type = { kind: 'set', of: { kind: 'ref', cls: 'VM' } } as const;
  return { type, value: made.vms.filter((vm) => vm.alive).map((vm) => vm.ref) };
}

/** Chunks of one disk up to its last one, which is always there. */
async function receiveDisk(
  call: Call,
  reader: ByteReader,
  { id, vdi, size }: ImportedDisk,
  check: 'check' | 'ignore checksums',
): Promise<void> {
  const { sim } = call;
  const writer = new DiskWriter(sim, vdi);
  try {
    for (let end = 0; end < size;) {
      const chunk = await nextMember(reader, CHUNK_BYTES);
      const offset = chunkNumber(chunk, id) * CHUNK_BYTES;
      if (chunk === undefined || offset < end) throw unexpectedFile(`${id}/`, chunk?.name ?? '');
      await requireHash(reader, chunk, check);
      writer.write(offset, chunk.content);
      end = offset + chunk.content.length;
      await call.pass(sim.latency.copyBytes(chunk.content.length));
    }
  } finally {
    writer.flush();
  }
}

/** @throws XenFailure IMPORT_ERROR_PREMATURE_EOF at the end of the archive, IMPORT_ERROR_UNEXPECTED_FILE */
function chunkNumber(chunk: TarMember | undefined, id: string): number {
  if (chunk === undefined) throw prematureEnd();
  const [folder, number, ...more] = chunk.name.split('/');
  if (folder !== id || more.length > 0 || !/^\d{8,}$/.test(number ?? ''))
    throw unexpectedFile(`${id}/`, chunk.name);
  return Number(number);
}

/** @throws XenFailure IMPORT_ERROR_SOME_CHECKSUMS_FAILED */
async function requireHash(
  reader: ByteReader,
  chunk: TarMember,
  check: 'check' | 'ignore checksums',
): Promise<void> {
  const member = await nextMember(reader, CHUNK_BYTES);
  if (member === undefined) throw prematureEnd();
  const extension = member.name.slice(chunk.name.length + 1);
  if (!member.name.startsWith(`${chunk.name}.`)) throw unexpectedFile(`${chunk.name}.checksum`, member.name);
  if (check === 'ignore checksums') return;
  const wanted = Buffer.from(member.content).toString('latin1').trim().toLowerCase();
  if (wanted !== (await hashOf(chunk.content, extension)))
    throw new XenFailure('IMPORT_ERROR_SOME_CHECKSUMS_FAILED');
}

function unexpectedFile(wanted: string, found: string): XenFailure {
  return new XenFailure('IMPORT_ERROR_UNEXPECTED_FILE', wanted, found);
}
