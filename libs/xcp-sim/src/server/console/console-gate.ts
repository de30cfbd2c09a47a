// Purpose: the way to a console: CONNECT /console, or GET with an upgrade to WebSocket.
//
//   session? ──no──► 401        console of a VM that runs here? ──no──► 404 | 500        too many viewers ──► 503
//     │
//     ▼
//   200 (CONNECT) | 101 (WebSocket) ──► bytes of the framebuffer protocol, until the viewer or the domain goes
import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { authorise } from '../authorise.js';
import { findConsole } from './find-console.js';
import { RfbServer } from './rfb-server.js';
import type { Row } from '../../database/row.js';
import type { SimPool } from '../../core/sim-pool.js';

const REALMS = { CONNECT: 'connect_console', GET: 'connect_console_ws' } as const;

export class ConsoleGate {
  private readonly sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('binary') ? 'binary' : false),
  });
  /** Viewers per console. */
  private readonly viewers = new Map<Row, number>();

  constructor(private readonly sim: SimPool) {}

  /** CONNECT: after the head the socket carries the bytes as they are. */
  connect(host: Row, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const found = this.find(host, request, 'CONNECT');
    if (typeof found === 'number') return refuse(socket, found, REALMS.CONNECT);
    socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: no-cache, no-store\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    this.show(found, socket);
  }

  upgrade(host: Row, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const found = this.find(host, request, 'GET');
    if (typeof found === 'number') return refuse(socket, found, REALMS.GET);
    this.sockets.handleUpgrade(request, socket, head, (webSocket) =>
      this.show(found, createWebSocketStream(webSocket)),
    );
  }

  /** The console, or the status of the refusal. */
  private find(host: Row, request: IncomingMessage, verb: keyof typeof REALMS): Row | number {
    const url = new URL(request.url ?? '/', 'http://host');
    if (url.pathname !== '/console') return 403;
    const session = authorise(this.sim, request, url.searchParams, REALMS[verb]);
    if (typeof session === 'number') return session;
    const console = findConsole(this.sim, host, url.searchParams);
    if (typeof console === 'number') return console;
    const isTaken = (this.viewers.get(console) ?? 0) > 0;
    return isTaken && this.sim.pool.bool('limit_console_sessions') ? 503 : console;
  }

  private show(console: Row, stream: Duplex): void {
    const { sim } = this;
    this.viewers.set(console, (this.viewers.get(console) ?? 0) + 1);
    const unwatch = sim.db.onChange((row) => {
      if (row === console && !row.alive) stream.destroy();
    });
    stream.on('error', () => stream.destroy());
    stream.once('close', () => {
      unwatch();
      const left = (this.viewers.get(console) ?? 1) - 1;
      if (left > 0) this.viewers.set(console, left);
      else this.viewers.delete(console);
    });
    const vm = sim.db.find('VM', console.link('VM'));
    const server = new RfbServer(stream, vm?.text('name_label') ?? '');
    server.serve().then(
      () => stream.end(),
      () => stream.destroy(),
    );
  }
}

function refuse(socket: Duplex, status: number, realm: string): void {
  const challenge = status === 401 ? `www-authenticate: Basic realm="${realm}"\r\n` : '';
  const body = `<html><body><h1>HTTP ${status}</h1></body></html>`;
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} Error\r\nconnection: close\r\ncache-control: no-cache, no-store\r\ncontent-type: text/html\r\n` +
      `${challenge}content-length: ${body.length}\r\n\r\n${body}`,
  );
}
