// Purpose: GET and PUT /blob: the bytes of a blob. Public blobs are readable by anybody.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBlob, writeBlob } from '../behaviours/blob.js';
import { readBody } from './read-body.js';
import { sendBytes, sendPage } from './http-answers.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Blobs are small by nature; the limit keeps the simulator's memory in check. */
const LARGEST_BLOB = 16 * 2 ** 20;

export async function serveBlob(
  sim: SimPool,
  session: Row | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const ref = query.get('ref');
  if (ref === null) return sendBytes(response, 400);
  const blob = sim.db.find('blob', ref);
  const isOpen = blob?.bool('public') === true && request.method === 'GET';
  const realm = request.method === 'GET' ? 'get_blob' : 'put_blob';
  if (session === undefined && !isOpen)
    return sendPage(response, 401, { 'www-authenticate': `Basic realm="${realm}"` });
  if (blob === undefined) return sendBytes(response, 404, undefined, 'no such blob');
  if (request.method === 'GET') return sendBytes(response, 200, blob.text('mime_type'), readBlob(blob));
  writeBlob(sim, blob, await readBody(request, LARGEST_BLOB));
  sendBytes(response, 200);
}
