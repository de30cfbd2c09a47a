// Purpose: GET /export_raw_vdi: a disk as raw bytes or as VHD, with `base` as a VHD of what differs from another disk.
import { once } from 'node:events';
import { hostFor, objectOf, seesSr, startBody, type Exchange } from './exchange.js';
import { NOTHING, RefusedRequest, runTransfer, ServedElsewhere, type Transfer } from './transfer.js';
import { vhdStream } from '../vhd/vhd-stream.js';
import { withDiskOnHost } from './disk-on-host.js';
import type { Row } from '../../database/row.js';
import type { SimPool } from '../../core/sim-pool.js';

const PORTION = 2 ** 20;
/** Extension of the file a browser would save. */
const FORMATS: Readonly<Record<string, string>> = { raw: 'raw', vhd: 'vhd' };

export function exportRawVdi(exchange: Exchange): Promise<void> {
  return runTransfer(exchange, 'Exporting raw VDI', async (transfer) => {
    const { sim, host, query } = exchange;
    const format = query.get('format') ?? 'raw';
    const extension = FORMATS[format];
    if (extension === undefined) throw new RefusedRequest(400);
    const vdi = objectOf(sim, 'VDI', query.get('vdi') ?? '');
    const baseKey = query.get('base');
    const base = baseKey === null ? undefined : objectOf(sim, 'VDI', baseKey);
    const sr = sim.db.get('SR', vdi.link('SR'));
    if (!seesSr(sim, host, sr)) throw new ServedElsewhere(hostFor(sim, sr));
    await withDiskOnHost(sim, host, vdi, 'RO', async () => {
      await transfer.spend('importAttach');
      startBody(exchange, 'application/octet-stream', {
        'task-id': transfer.taskRef,
        'content-disposition': `attachment; filename="${vdi.uuid}.${extension}"`,
      });
      const { total, chunks } = format === 'raw' ? rawStream(sim, vdi) : vhdStream(sim, vdi, base);
      await sendChunks(exchange, transfer, total, chunks);
    });
    return NOTHING;
  });
}

/** A body of known length, in pieces. */
export interface ByteStream {
  total: number;
  chunks: Iterable<Uint8Array>;
}

function rawStream(sim: SimPool, vdi: Row): ByteStream {
  const total = vdi.int('virtual_size');
  function* chunks(): Generator<Uint8Array> {
    for (let offset = 0; offset < total; offset += PORTION)
      yield sim.contents.read(vdi, offset, Math.min(PORTION, total - offset));
  }
  return { total, chunks: chunks() };
}

/** Sends at the pace of the reader and of the storage. */
export async function sendChunks(
  { sim, response }: Exchange,
  transfer: Transfer,
  total: number,
  chunks: Iterable<Uint8Array>,
): Promise<void> {
  let sent = 0;
  for (const chunk of chunks) {
    transfer.progress(total > 0 ? sent / total : 0);
    await transfer.pass(sim.latency.copyBytes(chunk.length));
    if (!response.write(chunk)) await once(response, 'drain', { signal: transfer.signal });
    sent += chunk.length;
  }
}
