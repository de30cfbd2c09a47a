/**
 * `GET /v1/console/{ticket}` as a WebSocket: the screen of a server as RFB (VNC) in binary messages, as noVNC and websockify speak it.
 * The ticket is all that is asked for, so a browser can open it.
 *
 *   upgrade ──ticket used──► connected to the worker ──grant──► open: bytes in both directions ──► closed
 */
import type { IncomingMessage, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '@openvsys/observability';
import { asDomainError, CONSOLE_OPEN, DomainError } from '@openvsys/vsys';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';
import type { ConsolePlace } from '../use-cases/consoles/open-console.js';
import { PROBLEM_KINDS } from './problem.table.js';

const PATH = /^\/v1\/console\/(ovc_[A-Za-z0-9_-]{43})$/;
/** A viewer sends keys and pointers: a few bytes at a time. */
const LARGEST_MESSAGE = 256 * 1024;
/** A worker answers at once; the pool behind it may take a moment. */
const OPEN_MS = 20_000;
/** `open` or an error code. */
const LONGEST_ANSWER = 64;

export interface ConsoleRelayParts {
  redeem(ticket: string): Promise<ConsolePlace>;
  readonly log: Pick<Logger, 'warn'>;
}

/** Takes upgrades of the server; closing ends all screens. */
export function relayConsoles(server: Server, parts: ConsoleRelayParts): { close(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('binary') ? 'binary' : false),
  });
  // With somebody listening Node takes every request that offers to upgrade as an upgrade; clients that offer HTTP/2 (`h2c`) mean
  // a request. The property is Node's since 24.9 and named so in the options of `http.createServer`.
  Object.assign(server, { shouldUpgradeCallback: isWebSocket });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    openWorker(request, parts).then(
      (worker) => sockets.handleUpgrade(request, socket, head, (viewer) => void relay(viewer, worker, parts)),
      (error: unknown) => refuse(socket, error),
    );
  });
  return {
    close: () => {
      for (const viewer of sockets.clients) viewer.terminate();
      sockets.close();
    },
  };
}

const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/** Connected, and the screen is open. The ticket is used up whatever comes of it. */
async function openWorker(request: IncomingMessage, parts: ConsoleRelayParts): Promise<Socket> {
  const ticket = PATH.exec(request.url ?? '')?.[1];
  if (ticket === undefined) throw new DomainError('not-found', 'No such ticket.');
  const { host, port, grant } = await parts.redeem(ticket);
  const worker = connect({ host, port });
  try {
    worker.setTimeout(OPEN_MS, () => worker.destroy(new Error('The worker does not answer.')));
    worker.write(`${grant}\n`);
    await expectOpen(worker);
    worker.setTimeout(0);
    return worker;
  } catch (error) {
    worker.destroy();
    throw error;
  }
}

/** What comes after the line belongs to the viewer. */
async function expectOpen(worker: Socket): Promise<void> {
  let text = Buffer.alloc(0);
  for await (const chunk of worker.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    text = Buffer.concat([text, chunk]);
    const end = text.indexOf('\n');
    if (end < 0 && text.length <= LONGEST_ANSWER) continue;
    if (text.subarray(0, Math.max(end, 0)).toString('latin1') !== CONSOLE_OPEN) break;
    const rest = text.subarray(end + 1);
    if (rest.length > 0) worker.unshift(rest);
    return;
  }
  throw new DomainError('unavailable', 'The screen cannot be opened at the moment.');
}

async function relay(viewer: WebSocket, worker: Socket, { log }: ConsoleRelayParts): Promise<void> {
  const stream = createWebSocketStream(viewer);
  try {
    await Promise.all([pipeline(stream, worker), pipeline(worker, stream)]);
  } catch (error) {
    const { code } = error as { readonly code?: string };
    // Either side just going away is how screens usually end.
    if (code !== 'ERR_STREAM_PREMATURE_CLOSE') log.warn({ err: error }, 'a screen ended');
  } finally {
    worker.destroy();
    viewer.terminate();
  }
}

function refuse(socket: Socket, thrown: unknown): void {
  const { status, title } = PROBLEM_KINDS[asDomainError(thrown).code];
  socket.end(`HTTP/1.1 ${status} ${title}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
