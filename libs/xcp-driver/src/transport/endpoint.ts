/** Which hosts may be talked to, and how it is known that they are the right ones. */
import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { DomainError } from '@openvsys/vsys';
import { buildConnector } from 'undici';
import { TransportError } from './transport.js';

export interface Trust {
  /** SHA-256 fingerprints of the pool's certificates, colons and case ignored; a pool has one certificate a host. */
  readonly fingerprints?: readonly string[];
  /** Certificate authority in PEM; without it the system's authorities decide. */
  readonly ca?: string;
}

/** After this silence the kernel asks the other side each second; a host without power is noticed about ten seconds later. */
const KEEP_ALIVE_MS = 5_000;

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Plain HTTP carries the password in the clear, so it is for loopback only. Throws `invalid-request`. */
export function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new DomainError('invalid-request', `“${text.slice(0, 200)}” is not the URL of a pool member.`, {
      remedy: 'Give it as https://host or https://host:port.',
    });
  }
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) {
    throw new DomainError('invalid-request', `The pool ${url.host} would be talked to without encryption.`, {
      remedy: 'Use https:// and pin the certificate; http:// is for 127.0.0.1 and localhost only.',
    });
  }
  return url;
}

/** The base URL of the address that HOST_IS_SLAVE or `host.address` names, with the scheme and port of `like`. */
export function urlOfAddress(address: string, like: string): string {
  const known = new URL(like);
  const bare = !address.startsWith('[') && address.split(':').length > 2 ? `[${address}]` : address;
  const hasPort = /:\d+$/.test(bare);
  const port = hasPort || known.port === '' ? '' : `:${known.port}`;
  return `${known.protocol}//${bare}${port}`;
}

const normalized = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

function pinMismatch(socket: Socket, pins: readonly string[]): TransportError | undefined {
  if (!(socket instanceof TLSSocket))
    return new TransportError('untrusted', 'The connection is not encrypted.');
  const raw = socket.getPeerCertificate().raw as Buffer | undefined;
  const seen = raw === undefined ? '' : normalized(new X509Certificate(raw).fingerprint256);
  if (pins.includes(seen)) return undefined;
  return new TransportError(
    'untrusted',
    `The pool's certificate has the fingerprint ${seen}, which is not pinned.`,
  );
}

/** How sockets are opened: verified against authorities, or, with pins, against exactly those certificates. */
export function connectorFor(trust: Trust, timeoutMs: number): buildConnector.connector {
  const pins = trust.fingerprints?.map(normalized) ?? [];
  const base = { timeout: timeoutMs, keepAliveInitialDelay: KEEP_ALIVE_MS };
  if (pins.length === 0) {
    return buildConnector({ ...base, ...(trust.ca === undefined ? {} : { ca: trust.ca }) });
  }
  // The pin replaces the chain: pools have self-signed certificates. No session reuse, so that each socket shows its own.
  const connect = buildConnector({ ...base, rejectUnauthorized: false, maxCachedSessions: 0 });
  return (options, callback) => {
    connect(options, (error, socket) => {
      if (error !== null || socket === null) {
        callback(error ?? new Error('no socket'), null);
        return;
      }
      const mismatch = options.protocol === 'https:' ? pinMismatch(socket, pins) : undefined;
      if (mismatch === undefined) {
        callback(null, socket);
        return;
      }
      socket.destroy();
      callback(mismatch, null);
    });
  };
}
