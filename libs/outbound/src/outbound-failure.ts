/** What a failed request means. Names of hosts are told, queries and headers never: they may be secret. */
import { DomainError } from '@openvsys/vsys';

/** `why` is a clause such as “it took too long”. */
export function unreachable({ origin, pathname }: URL, why: string, cause?: unknown): DomainError {
  return new DomainError('target-unreachable', `${origin}${pathname} could not be reached: ${why}.`, {
    remedy: 'See whether the address answers from the internet, with a certificate that browsers accept.',
    details: { target: origin + pathname },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Error codes of Node and OpenSSL, in words; https://nodejs.org/api/errors.html, https://nodejs.org/api/tls.html. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'no server of names answers',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it ended the connection',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'it took too long',
  UND_ERR_CONNECT_TIMEOUT: 'it took too long to connect',
  UND_ERR_HEADERS_TIMEOUT: 'it took too long',
  UND_ERR_BODY_TIMEOUT: 'it took too long',
  UND_ERR_HEADERS_OVERFLOW: 'its headers are too long',
  UND_ERR_SOCKET: 'it ended the connection',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an unknown authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Anything thrown while a request was under way. */
export function failureOf(thrown: unknown, target: URL, signal: AbortSignal | undefined): DomainError {
  const ours = chainOf(thrown).find((one) => one instanceof DomainError);
  if (ours !== undefined) return ours;
  if (signal?.aborted === true) {
    return isTimeout(signal.reason)
      ? unreachable(target, 'it took too long')
      : new DomainError('cancelled', 'The request was cancelled.', { cause: thrown });
  }
  const word = chainOf(thrown)
    .map((one) => WORDS[codeOf(one)])
    .find((one) => one !== undefined);
  return unreachable(target, word ?? 'the connection failed', thrown);
}

const isTimeout = (reason: unknown): boolean => reason instanceof Error && reason.name === 'TimeoutError';

function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : '';
}

/** The error, its causes, and the errors that an AggregateError of several addresses holds. */
function chainOf(thrown: unknown, depth = 0): readonly unknown[] {
  if (depth > 4 || !(thrown instanceof Error)) return [thrown];
  const inner = thrown instanceof AggregateError ? (thrown.errors as readonly unknown[]) : [];
  return [
    thrown,
    ...[thrown.cause, ...inner].flatMap((one) => (one === undefined ? [] : chainOf(one, depth + 1))),
  ];
}
