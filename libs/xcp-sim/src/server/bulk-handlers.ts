// Purpose: the HTTP handlers beside RPC. Authentication is checked as on a real host; handlers without a behaviour here
// answer 501 instead of pretending.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorise, sessionOf } from './authorise.js';
import { exportRawVdi } from './transfers/export-raw-vdi.js';
import { importRawVdi } from './transfers/import-raw-vdi.js';
import { serveHostRrd, serveSrRrd, serveVmRrd } from './rrd/rrd-archive.js';
import { serveRrdUpdates } from './rrd/rrd-updates.js';
import { sendPage } from './http-answers.js';
import { serveWithFaults } from './transfers/handler-faults.js';
import { serveBlob } from './blob-handler.js';
import { snapshotScreen } from './console/snapshot-screen.js';
import { exportMetadata, exportVm } from './xva/export-vm.js';
import { importMetadata, importVm } from './xva/import-vm.js';
import type { Row } from '../database/row.js';
import type { Exchange } from './transfers/exchange.js';
import type { SimPool } from '../core/sim-pool.js';

/** Handlers that answer without a login: /blob asks for its argument first, /messages is closed, / is a welcome page. */
const PLAIN_ANSWERS: Readonly<Record<string, number>> = { '/messages': 403 };

/** Handlers that move data, by verb and path. */
const HANDLERS: Readonly<Record<string, (exchange: Exchange) => Promise<void>>> = {
  'PUT /import_raw_vdi': importRawVdi,
  'GET /export_raw_vdi': exportRawVdi,
  'PUT /import': importVm,
  'PUT /import_metadata': importMetadata,
  'GET /export': exportVm,
  'GET /export_metadata': exportMetadata,
  'GET /rrd_updates': serveRrdUpdates,
  'GET /host_rrd': serveHostRrd,
  'GET /vm_rrd': serveVmRrd,
  'GET /sr_rrd': serveSrRrd,
  'GET /vncsnapshot': snapshotScreen,
};

/** Serves a GET or PUT of a known handler path. False if no handler has this path. */
export async function handleBulk(
  sim: SimPool,
  host: Row,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  if (path === '/' && request.method === 'GET') {
    sendWelcome(response);
    return true;
  }
  const plain = PLAIN_ANSWERS[path];
  if (plain !== undefined) {
    sendPage(response, plain);
    return true;
  }
  const query = new URL(request.url ?? '/', 'http://host').searchParams;
  if (path === '/blob') {
    await serveBlob(sim, sessionOf(sim, request, query), request, response, query);
    return true;
  }
  const handler = handlerName(sim, request.method ?? 'GET', path);
  if (handler === undefined) return false;
  const session = authorise(sim, request, query, handler);
  if (typeof session === 'number') {
    sendPage(response, session, session === 401 ? { 'www-authenticate': `Basic realm="${handler}"` } : {});
    return true;
  }
  const serve = HANDLERS[`${request.method ?? 'GET'} ${path}`];
  if (serve !== undefined)
    await serveWithFaults({ sim, host, session, request, response, path, query }, serve);
  else sendPage(response, 501);
  return true;
}

function handlerName(sim: SimPool, method: string, path: string): string | undefined {
  const named = sim.db.model.http.find(
    ([, verb, actionPath]) => actionPath === path && verb.toUpperCase() === method,
  );
  if (named !== undefined) return named[0];
  // Served by daemons beside xapi, hence not among its own actions.
  return {
    '/rrd_updates': 'rrd_updates',
    '/host_rrd': 'host_rrd',
    '/vm_rrd': 'vm_rrd',
    '/sr_rrd': 'sr_rrd',
    '/console': 'connect_console_ws',
  }[path];
}

function sendWelcome(response: ServerResponse): void {
  const body =
    '<html><body><h1>Simulated XenAPI host</h1><p>See <a href="/_sim">/_sim</a>.</p></body></html>';
  response.writeHead(200, {
    'content-type': 'text/html',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
}
