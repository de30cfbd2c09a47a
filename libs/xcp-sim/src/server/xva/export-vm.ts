// Purpose: GET /export: a VM with its disks as XVA, and GET /export_metadata: only its records.
//
//   ova.xml ─ per disk: Ref:<n>/00000000, Ref:<n>/00000000.xxhash, Ref:<n>/00000001 … ─ two empty blocks
//   chunks of 1 MiB; chunks of zeros are left out, except the first and the last of a disk
import { createGzip, createZstdCompress } from 'node:zlib';
import { Readable, type Transform } from 'node:stream';
import { claimVm } from '../../behaviours/vm-power.js';
import { chunkHash } from './chunk-hash.js';
import { closureOf, namesFor, ovaXml } from './ova-document.js';
import { hostFor, objectOf, seesSr, startBody, type Exchange } from '../transfers/exchange.js';
import { isZero } from '../../storage/content/block-store.js';
import { NOTHING, runTransfer, ServedElsewhere, type Transfer } from '../transfers/transfer.js';
import { sendBytes, sendPage } from '../http-answers.js';
import { TAR_END, tarMember, tarOfOneFile } from './tar.js';
import type { Row } from '../../database/row.js';
import type { SimPool } from '../../core/sim-pool.js';

export const CHUNK_BYTES = 2 ** 20;
const BLOCK = 64 * 1024;

export async function exportMetadata({ sim, response, query }: Exchange): Promise<void> {
  const vms = query.get('all') === 'true' ? exportableVms(sim) : [findVm(sim, query)];
  const known = vms.filter((vm) => vm !== undefined);
  if (known.length < vms.length) return sendPage(response, 500);
  await Promise.resolve();
  const ova = Buffer.from(ovaXml(sim, namesFor(closureOf(sim, known))), 'utf8');
  sendBytes(response, 200, 'application/octet-stream', tarOfOneFile('ova.xml', ova));
}

function exportableVms(sim: SimPool): Row[] {
  return sim.db.rows('VM').filter((vm) => !vm.bool('is_control_domain') && !vm.bool('is_default_template'));
}

function findVm(sim: SimPool, query: URLSearchParams): Row | undefined {
  const key = query.get('ref') ?? query.get('uuid') ?? '';
  return sim.db.find('VM', key) ?? sim.db.rows('VM').find((vm) => vm.uuid === key);
}

export function exportVm(exchange: Exchange): Promise<void> {
  return runTransfer(exchange, 'Exporting VM', async (transfer) => {
    const { sim, query } = exchange;
    const key = query.get('ref') ?? query.get('uuid');
    const vm = objectOf(sim, 'VM', key ?? '');
    requireDisksHere(exchange, disksOf(sim, vm));
    await claimVm(transfer, vm, 'export', async () => {
      await transfer.spend('importAttach');
      startBody(exchange, 'application/octet-stream', {
        'task-id': transfer.taskRef,
        'content-disposition': `attachment; filename="${encodeURIComponent(vm.text('name_label'))}.xva"`,
      });
      await send(exchange, transfer, members(exchange, transfer, vm));
    });
    return NOTHING;
  });
}

/** @throws ServedElsewhere if another host sees the storage, this one does not */
function requireDisksHere({ sim, host }: Exchange, disks: readonly Row[]): void {
  for (const vdi of disks) {
    const sr = sim.db.get('SR', vdi.link('SR'));
    if (!seesSr(sim, host, sr)) throw new ServedElsewhere(hostFor(sim, sr));
  }
}

/** With the memory of a VM that sleeps. */
function disksOf({ db }: SimPool, vm: Row): Row[] {
  const disks = db
    .follow('VBD', vm.set('VBDs'))
    .filter((vbd) => vbd.text('type') === 'Disk')
    .map((vbd) => vbd.link('VDI'));
  return [...disks, vm.link('suspend_VDI')]
    .map((ref) => db.find('VDI', ref))
    .filter((vdi) => vdi !== undefined);
}

/** The archive, piece by piece. */
async function* members(
  { sim }: Exchange,
  transfer: Transfer,
  vm: Row,
): AsyncGenerator<Uint8Array, void, undefined> {
  const names = namesFor(closureOf(sim, [vm]));
  yield* tarMember('ova.xml', Buffer.from(ovaXml(sim, names), 'utf8'));
  const disks = disksOf(sim, vm);
  for (const [index, vdi] of disks.entries()) {
    for (const number of chunkNumbers(sim, vdi)) {
      const offset = number * CHUNK_BYTES;
      const size = Math.min(CHUNK_BYTES, vdi.int('virtual_size') - offset);
      const chunk = sim.contents.read(vdi, offset, size);
      const name = `${names.get(vdi) ?? ''}/${String(number).padStart(8, '0')}`;
      const { extension, text } = await chunkHash(chunk);
      yield* tarMember(name, chunk);
      yield* tarMember(`${name}.${extension}`, Buffer.from(text, 'latin1'));
      await transfer.pass(sim.latency.copyBytes(size));
      transfer.progress((index + (offset + size) / vdi.int('virtual_size')) / disks.length);
    }
  }
  yield TAR_END;
}

/** The first chunk, the last one, and those with data between. */
function chunkNumbers(sim: SimPool, vdi: Row): number[] {
  const last = Math.max(0, Math.ceil(vdi.int('virtual_size') / CHUNK_BYTES) - 1);
  const written = sim.contents
    .dataBlocks(vdi)
    .filter((block) => !isZero(sim.contents.read(vdi, block * BLOCK, BLOCK)))
    .map((block) => Math.floor((block * BLOCK) / CHUNK_BYTES));
  return [...new Set([0, ...written, last])].filter((number) => number <= last).toSorted((a, b) => a - b);
}

function compressor(query: URLSearchParams): Transform | undefined {
  switch (query.get('use_compression')) {
    case 'true':
    case 'gzip':
      return createGzip();
    case 'zstd':
      return createZstdCompress();
    default:
      return undefined;
  }
}

async function send(
  { response, query }: Exchange,
  transfer: Transfer,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const packer = compressor(query);
  const source = Readable.from(pieces, { objectMode: false });
  const stream = packer === undefined ? source : source.pipe(packer);
  // A failure in the middle must reach the end of the chain.
  if (packer !== undefined) source.once('error', (error) => packer.destroy(error));
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    transfer.signal.throwIfAborted();
    if (!response.write(piece))
      await new Promise<void>((resolve) => {
        response.once('drain', resolve);
        response.once('close', resolve);
      });
  }
}
