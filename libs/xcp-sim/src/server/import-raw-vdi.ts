// Purpose: PUT /import_raw_vdi: raw bytes into a disk. The bytes themselves are not kept, only their number and digest,
// so that a test can see what was written.
//
//   200 is sent at the end; the outcome is also in the task given by `task_id`, or in one that is made here.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { adjustSpace } from '../storage/space.js';
import { sleep } from '../clock/sim-clock.js';
import { sendPage } from './http-answers.js';
import { thinProvisioned } from '../storage/storage-drivers.js';
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

export async function importRawVdi(
  sim: SimPool,
  session: Row,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  if (request.headers['transfer-encoding'] !== undefined) return sendPage(response, 404);
  const vdi = findVdi(sim, query.get('vdi') ?? '');
  if (vdi === undefined || (query.get('format') ?? 'raw') !== 'raw') return sendPage(response, 500);
  const given = sim.db.find('task', query.get('task_id') ?? '');
  const task = given ?? sim.tasks.create('Async.VDI.import', '', session.ref);
  try {
    await receive(sim, request, vdi);
    sim.tasks.succeed(task, { kind: 'void' }, '');
    response.writeHead(200, {
      connection: 'close',
      'cache-control': 'no-cache, no-store',
      'task-id': task.ref,
      'content-length': 0,
    });
    response.end();
  } catch (error) {
    sim.tasks.fail(task, error instanceof XenFailure ? error : new XenFailure('VDI_IO_ERROR', String(error)));
    sendPage(response, 500, { 'task-id': task.ref });
  }
}

function findVdi(sim: SimPool, key: string): Row | undefined {
  return sim.db.find('VDI', key) ?? sim.db.rows('VDI').find((row) => row.uuid === key);
}

/** Attaching the disk to the control domain takes longer than the bytes. @throws XenFailure VDI_IO_ERROR if the image is larger than the disk */
async function receive(sim: SimPool, request: IncomingMessage, vdi: Row): Promise<void> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > vdi.int('virtual_size')) throw new XenFailure('VDI_IO_ERROR', 'Device I/O errors');
    digest.update(chunk);
  }
  await sleep(sim.clock, sim.latency.sample('importAttach') + sim.latency.copyBytes(bytes));
  if (!vdi.alive) throw new XenFailure('HANDLE_INVALID', 'VDI', vdi.ref);
  const sr = sim.db.get('SR', vdi.link('SR'));
  const grown = thinProvisioned(sr.text('type')) ? Math.max(0, bytes - vdi.int('physical_utilisation')) : 0;
  sim.db.update(vdi, {
    physical_utilisation: vdi.int('physical_utilisation') + grown,
    imported_bytes: bytes,
    imported_sha256: digest.digest('hex'),
  });
  adjustSpace(sim, sr, grown, 0);
}
