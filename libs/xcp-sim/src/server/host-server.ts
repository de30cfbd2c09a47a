// Purpose: the HTTP(S) face of one simulated host.
//
//   OPTIONS *            CORS preflight            POST /jsonrpc…      JSON-RPC 1.0 or 2.0
//   GET/PUT handlers     bulk data                 POST anything else  XML-RPC
//   /_sim…               the simulator's own admin interface (master only)
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isUtf8 } from 'node:buffer';
import type { AddressInfo, Socket } from 'node:net';
import { addThumbprint } from './thumbprint.js';
import { asFailure } from '../create-sim-pool.js';
import { BodyTooLarge, readBody } from './read-body.js';
import { ConsoleGate } from './console/console-gate.js';
import { Disconnected, HttpError, XenFailure } from '../core/failure.js';
import { handleBulk } from './bulk-handlers.js';
import { MalformedCall } from '../wire/xml-decode.js';
import { personalityOf } from '../datamodel/personality.js';
import { readRpc, type RpcExchange } from './rpc-dialects.js';
import { sendPage, sendPreflight, sendRpc } from './http-answers.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { TypedResult } from '../dispatch/call-request.js';

/** RPC bodies above 300 KiB are refused. */
const LARGEST_RPC_BODY = 300 * 1024;
/** The server accepts header blocks of 1 KiB; Node counts the request line too, so it gets some more. */
const LARGEST_HEADERS = 4096;

export interface TlsOptions {
  key: string;
  cert: string;
}

export type ExtraHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => Promise<boolean>;

export class HostServer {
  private readonly server: Server;
  private readonly consoles: ConsoleGate;
  private readonly sockets = new Set<Socket>();
  /** Connections of the simulator's own interface: they survive the host. */
  private readonly ours = new Set<Socket>();
  private readonly closing = new WeakSet<Socket>();

  constructor(
    private readonly sim: SimPool,
    private readonly hostIndex: number,
    private readonly tls: TlsOptions | undefined,
    private readonly extra: ExtraHandler | undefined,
  ) {
    const options = {
      maxHeaderSize: LARGEST_HEADERS,
      keepAliveTimeout: 60_000,
      // Elsewhere a wish to speak something else is ignored.
      shouldUpgradeCallback: (request: IncomingMessage) => pathOf(request) === '/console',
    };
    this.consoles = new ConsoleGate(sim);
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      // Requests pipelined behind one that closes the connection are not answered.
      if (!this.closing.has(request.socket)) void this.serve(request, response);
    };
    this.server =
      tls === undefined ? createServer(options, listener) : createTlsServer({ ...options, ...tls }, listener);
    this.server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => {
        this.sockets.delete(socket);
        this.ours.delete(socket);
      });
    });
    this.server.on('connection', (socket: Socket) => {
      // Whatever is not a handshake makes the client's TLS fail.
      if (tls !== undefined && this.sim.hostAt(this.hostIndex).tlsBroken) socket.end('no handshake\r\n');
    });
    this.server.on('connect', (request, socket, head) => {
      if (this.isReachable) this.consoles.connect(this.host, request, socket, head);
      else socket.destroy();
    });
    this.server.on('upgrade', (request, socket, head) => {
      if (this.isReachable) this.consoles.upgrade(this.host, request, socket, head);
      else socket.destroy();
    });
    // The real server gives no interim answer to `Expect: 100-continue`.
    this.server.on('checkContinue', listener);
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
      refuseBadRequest(error, socket as Socket),
    );
  }

  private get isReachable(): boolean {
    return this.sim.hostAt(this.hostIndex).reachable;
  }

  private get host(): Row {
    return this.sim.hostAt(this.hostIndex).row;
  }

  get scheme(): string {
    return this.tls === undefined ? 'http' : 'https';
  }

  /** Listens; port 0 takes a free one. Resolves with the port. */
  listen(port: number, address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, address, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  dropConnections(): void {
    for (const socket of this.sockets) if (!this.ours.has(socket)) socket.destroy();
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    try {
      if (this.extra !== undefined && path.startsWith('/_sim')) {
        this.ours.add(request.socket);
        if (await this.extra(request, response, path)) return;
      }
      if (!this.isReachable) return void request.socket.destroy();
      await this.route(request, response, path);
    } catch (error) {
      this.answerError(request, response, error);
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (path === '*' || path === '//') return sendPage(response, 403);
    if (request.method === 'OPTIONS') {
      const asked = request.headers['access-control-request-headers'];
      return sendPreflight(response, asked);
    }
    if (request.method === 'GET' || request.method === 'PUT') {
      if (await handleBulk(this.sim, this.host, request, response, path)) return;
      return sendPage(response, 403);
    }
    if (request.method !== 'POST') return sendPage(response, 501);
    await this.serveRpc(request, response, path);
  }

  private async serveRpc(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.headers['content-length'] === undefined) throw new HttpError(500);
    const bytes = await readBody(request, LARGEST_RPC_BODY);
    const { json } = personalityOf(this.sim.options.personality);
    const exchange = readRpc(json, path, bytes.toString('utf8'));
    if (!isUtf8(bytes)) return refuseBadText(response, exchange);
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableEnded) gone.abort();
    });
    const { text, delivery, failure } = await this.answer(exchange, gone.signal);
    if (failure === 'HOST_IS_SLAVE') addThumbprint(this.sim, request, response);
    sendRpc(response, exchange.contentType, text, delivery);
  }

  private async answer(
    exchange: RpcExchange,
    signal: AbortSignal,
  ): Promise<{ text: string; delivery?: TypedResult['delivery']; failure?: string }> {
    const { method, params } = exchange;
    try {
      const result = await this.sim.dispatch(this.hostIndex, { method, params, signal });
      const text = exchange.success(this.sim.db.model, result);
      return result.delivery === undefined ? { text } : { text, delivery: result.delivery };
    } catch (error) {
      const failure = asFailure(this.sim, error);
      if (failure instanceof XenFailure) return { text: exchange.failure(failure), failure: failure.code };
      throw failure;
    }
  }

  private answerError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (error instanceof Disconnected) {
      request.socket.destroy();
      return;
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    this.closing.add(request.socket);
    if (error instanceof HttpError) return sendPage(response, error.status);
    if (!(error instanceof MalformedCall) && !(error instanceof BodyTooLarge)) this.sim.reportCrash(error);
    sendPage(response, 500);
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/';
}

/** XML that is no UTF-8 cannot be read at all; in JSON the first such text is named. @throws HttpError 500 */
function refuseBadText(response: ServerResponse, exchange: RpcExchange): void {
  if (exchange.contentType !== 'application/json') throw new HttpError(500);
  const spoilt = exchange.params.find((param) => typeof param === 'string' && param.includes('\ufffd'));
  const failure = new XenFailure(
    'INVALID_VALUE',
    'Invalid UTF-8 string in parameter',
    typeof spoilt === 'string' ? spoilt : '',
  );
  sendRpc(response, exchange.contentType, exchange.failure(failure));
}

function refuseBadRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  // More requests after the last one of a connection: its answer is still under way.
  if (error.code === 'HPE_CLOSED_CONNECTION') return;
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 500;
  const body = `<html><body><h1>HTTP ${status}</h1></body></html>`;
  socket.end(
    `HTTP/1.1 ${status} Error\r\nconnection: close\r\ncache-control: no-cache, no-store\r\n` +
      `content-type: text/html\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}
