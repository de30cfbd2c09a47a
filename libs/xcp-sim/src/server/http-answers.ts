// Purpose: writes HTTP answers the way the server frames them.
import type { ServerResponse } from 'node:http';
import type { TypedResult } from '../dispatch/call-request.js';

const NO_CACHE = 'no-cache, no-store';
const CORS = { 'access-control-allow-origin': '*', 'Access-Control-Allow-Headers': 'X-Requested-With' };

/** `delivery`: a fault spoils the way to the client, see `TypedResult`. */
export function sendRpc(
  response: ServerResponse,
  contentType: string,
  body: string,
  delivery?: TypedResult['delivery'],
): void {
  const bytes = Buffer.from(body, 'utf8');
  const keepAlive = response.shouldKeepAlive;
  response.sendDate = false;
  response.writeHead(200, {
    connection: keepAlive ? 'keep-alive' : 'close',
    'cache-control': NO_CACHE,
    'content-type': contentType,
    'content-length': bytes.length,
    ...CORS,
  });
  if (delivery === undefined) response.end(bytes);
  else if ('cut' in delivery)
    response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy());
  else dripAnswer(response, bytes, delivery.overMs);
}

/** Pieces of an answer that drips; more would only make more timers. */
const DRIPS = 20;

function dripAnswer(response: ServerResponse, bytes: Buffer, overMs: number): void {
  const size = Math.max(1, Math.ceil(bytes.length / DRIPS));
  let sent = 0;
  const drip = (): void => {
    if (response.destroyed) return;
    response.write(bytes.subarray(sent, sent + size));
    sent += size;
    if (sent >= bytes.length) response.end();
    else setTimeout(drip, overMs / DRIPS);
  };
  drip();
}

/** An error page; the connection is closed after it. */
export function sendPage(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = `<html><body><h1>HTTP ${status}</h1></body></html>`;
  response.shouldKeepAlive = false;
  response.sendDate = false;
  response.writeHead(status, {
    connection: 'close',
    'cache-control': NO_CACHE,
    'content-type': 'text/html',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** Bytes as they are, or nothing; the connection is closed after them. */
export function sendBytes(
  response: ServerResponse,
  status: number,
  contentType?: string,
  body: Buffer | string = '',
): void {
  response.shouldKeepAlive = false;
  response.sendDate = false;
  response.writeHead(status, {
    connection: 'close',
    'cache-control': NO_CACHE,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** CORS preflight: any path, PUT only, the asked headers echoed. */
export function sendPreflight(response: ServerResponse, asked: string | undefined): void {
  const allowed = asked === undefined ? 'X-Requested-With' : `${asked}, X-Requested-With`;
  response.writeHead(200, {
    connection: 'keep-alive',
    'cache-control': NO_CACHE,
    'content-length': 0,
    'access-control-allow-origin': '*',
    'access-control-allow-headers': allowed,
    'access-control-allow-methods': 'PUT',
  });
  response.end();
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

export function sendHtml(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
  });
  response.end(body);
}
