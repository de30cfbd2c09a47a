/** What a broken connection means: whether the other side may have got what was sent. */
import { TransportError } from './transport.js';

/** Error codes that come before a byte was sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** `url` is where it was sent to, for the message. */
export function failureOf(error: unknown, signal: AbortSignal | undefined, url: string): TransportError {
  if (error instanceof TransportError) return error;
  if (signal?.aborted === true) return new TransportError('aborted', 'The call was given up.', error);
  const code = errorCode(error);
  if (code.includes('CERT') || code.includes('TLS') || code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') {
    return new TransportError('untrusted', `The certificate of ${url} cannot be trusted (${code}).`, error);
  }
  if (NEVER_SENT.has(code))
    return new TransportError('refused', `${url} cannot be reached (${code}).`, error);
  return new TransportError(
    'lost',
    `The connection to ${url} broke (${code || 'no answer in time'}).`,
    error,
  );
}

function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
