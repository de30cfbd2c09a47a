/** The only place where an error code becomes an HTTP status and a title. */
import type { ErrorCode } from '@openvsys/vsys';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

export const PROBLEM_KINDS: Readonly<Record<ErrorCode, ProblemKind>> = {
  'invalid-descriptor': { status: 422, title: 'The descriptor is not valid' },
  'invalid-parameter': { status: 422, title: 'A parameter is not valid' },
  'invalid-request': { status: 400, title: 'The request is malformed' },
  'too-large': { status: 413, title: 'The request is too large' },
  unauthenticated: { status: 401, title: 'Credentials are missing or unknown' },
  forbidden: { status: 403, title: 'Your roles do not allow this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  gone: { status: 410, title: 'It is not there any more' },
  conflict: { status: 409, title: 'The present state does not allow this' },
  stale: { status: 412, title: 'It was changed meanwhile' },
  'precondition-required': { status: 428, title: 'A precondition is required' },
  'idempotency-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'quota-exceeded': { status: 409, title: 'A quota would be exceeded' },
  'no-capacity': { status: 409, title: 'There is not enough capacity' },
  'address-exhausted': { status: 409, title: 'No free address is left' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'pool-unreachable': { status: 503, title: 'The pool does not answer' },
  'pool-refused': { status: 502, title: 'The pool refused' },
  'pool-busy': { status: 503, title: 'The pool is busy' },
  'target-unreachable': { status: 502, title: 'The given address does not answer' },
  uncertain: { status: 503, title: 'The outcome is not known yet' },
  'lease-lost': { status: 503, title: 'Ownership of the pool changed' },
  cancelled: { status: 409, title: 'It was cancelled' },
  'not-implemented': { status: 501, title: 'This version cannot do that' },
  unavailable: { status: 503, title: 'The service is not available at the moment' },
  internal: { status: 500, title: 'Something went wrong on our side' },
};

/** Statuses that Express and Nest raise by themselves, in our codes. */
const CODES_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-found',
  406: 'invalid-request',
  413: 'too-large',
  415: 'invalid-request',
  429: 'rate-limited',
  503: 'unavailable',
};

export function codeOfStatus(status: number): ErrorCode {
  const known = CODES_OF_STATUS[status];
  if (known !== undefined) return known;
  return status >= 400 && status < 500 ? 'invalid-request' : 'internal';
}
