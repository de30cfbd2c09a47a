// Purpose: one request to a handler for bulk data, as all of them see it, and what several of them ask.
import { TLSSocket } from 'node:tls';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { XenFailure } from '../../core/failure.js';
import type { FaultEffect } from '../../faults/fault-rules.js';
import type { Row } from '../../database/row.js';
import type { SimPool } from '../../core/sim-pool.js';

export interface Exchange {
  readonly sim: SimPool;
  /** The host that was asked. */
  readonly host: Row;
  readonly session: Row;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  /** What a fault rule does to this request. */
  readonly fault?: FaultEffect;
}

/** An object named by reference or UUID. @throws XenFailure HANDLE_INVALID */
export function objectOf(sim: SimPool, cls: string, key: string): Row {
  const row = sim.db.find(cls, key) ?? sim.db.rows(cls).find((candidate) => candidate.uuid === key);
  if (row === undefined) throw new XenFailure('HANDLE_INVALID', cls, key);
  return row;
}

/** True if the storage is attached to the host. */
export function seesSr(sim: SimPool, host: Row, sr: Row): boolean {
  return sim.db
    .follow('PBD', sr.set('PBDs'))
    .some((pbd) => pbd.link('host') === host.ref && pbd.bool('currently_attached'));
}

/** A host with the storage attached. @throws XenFailure SR_HAS_NO_PBDS */
export function hostFor(sim: SimPool, sr: Row): Row {
  const plugged = sim.db
    .follow('PBD', sr.set('PBDs'))
    .filter((pbd) => pbd.bool('currently_attached'))
    .map((pbd) => sim.db.find('host', pbd.link('host')));
  const host = plugged.find((candidate) => candidate !== undefined);
  if (host === undefined) throw new XenFailure('SR_HAS_NO_PBDS', sr.ref);
  return host;
}

/** 302: the same request belongs to another host (XenAPI: an absolute Location on the host's own address). */
export function redirectTo({ request, response }: Exchange, host: Row): void {
  const scheme = request.socket instanceof TLSSocket ? 'https' : 'http';
  response.shouldKeepAlive = false;
  response.sendDate = false;
  response.writeHead(302, {
    connection: 'close',
    'cache-control': 'no-cache, no-store',
    location: `${scheme}://${host.text('address')}${request.url ?? '/'}`,
    'content-length': 0,
  });
  response.end();
}

/** The head of a body without a known length: it ends when the connection is closed. */
export function startBody(
  { response }: Exchange,
  contentType: string,
  headers: Readonly<Record<string, string>>,
): void {
  response.shouldKeepAlive = false;
  response.sendDate = false;
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, {
    connection: 'close',
    'cache-control': 'no-cache, no-store',
    'content-type': contentType,
    ...headers,
  });
  response.flushHeaders();
}
