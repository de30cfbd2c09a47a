/**
 * The certificate that a caller showed: in the TLS handshake, which proves that it has the key, or as a trusted proxy tells it.
 * A header from anybody else is as if it were not there.
 */
import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { TrustedProxy } from './fgcp-settings.js';

/** SHA-256 of the DER form, lower case hexadecimal; undefined when none was shown. */
export function findFingerprint(
  request: IncomingMessage,
  proxy: TrustedProxy | undefined,
): string | undefined {
  const { socket } = request;
  if (proxy?.trusts(socket.remoteAddress ?? '') === true) return fingerprintIn(request.headers[proxy.header]);
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate();
  return certificate && fingerprintOf(certificate);
}

export const fingerprintOf = ({ fingerprint256 }: X509Certificate): string =>
  fingerprint256.replaceAll(':', '').toLowerCase();

/** RFC 9440: Base64 of the DER form between colons. */
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/=]+):$/;

/** As RFC 9440 has it, or PEM in URL encoding as nginx writes `$ssl_client_escaped_cert`. */
function fingerprintIn(header: string | readonly string[] | undefined): string | undefined {
  if (typeof header !== 'string' || header === '') return undefined;
  const base64 = BYTE_SEQUENCE.exec(header)?.[1];
  try {
    return fingerprintOf(
      new X509Certificate(base64 === undefined ? decodeURIComponent(header) : Buffer.from(base64, 'base64')),
    );
  } catch {
    return undefined;
  }
}
