/**
 * The one error of the domain. Its `code` is a closed set: `apps/api/src/http` maps codes to HTTP statuses,
 * each compatibility face maps them to its own words, the engine decides from `retry` alone.
 */

export const ERROR_CODES = [
  'invalid-descriptor', // the blueprint text is not a valid descriptor
  'invalid-parameter', // a parameter value violates the descriptor's declaration
  'invalid-request', // body, query or header is malformed
  'too-large', // a size or count bound was exceeded
  'unauthenticated', // no or unknown credentials
  'forbidden', // known caller, role too weak
  'gone', // it was there to be had once, and was had
  'not-found', // does not exist or belongs to somebody else: the same answer
  'conflict', // the state of the thing does not allow this now
  'stale', // If-Match or a plan no longer matches
  'precondition-required', // If-Match is missing where it is mandatory
  'idempotency-reused', // Idempotency-Key seen before with another body
  'quota-exceeded', // a limit of organization, VDC or VSYS
  'no-capacity', // no pool, host or storage fits
  'address-exhausted', // no VLAN, public address or address in a VNet is free
  'rate-limited', // too many requests
  'pool-unreachable', // the pool does not answer
  'pool-refused', // the pool answered with an error that a repeat will not cure
  'pool-busy', // the pool asked to come back later
  'target-unreachable', // an address that the caller gave (webhook, image) does not answer
  'uncertain', // the outcome of a call is unknown; it is looked at before anything else is done
  'lease-lost', // another worker owns the pool now
  'cancelled', // the caller cancelled the operation
  'not-implemented', // known, but not served by this version
  'unavailable', // our own database or the identity provider does not answer just now; nothing is known to be wrong with the request
  'internal', // a defect of ours
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * What a repeat can bring:
 * `same` – try again as it is, after a pause · `elsewhere` – on another host or storage ·
 * `after-change` – only after somebody changed something · `never`.
 */
export type Retry = 'same' | 'elsewhere' | 'after-change' | 'never';

/** One place where the input is wrong. `pointer` is an RFC 6901 JSON pointer into the document or body. */
export interface Violation {
  readonly pointer: string;
  readonly message: string;
  readonly remedy?: string;
  /** Where it is in the text that was sent, counted from 1; known for descriptors only. */
  readonly line?: number;
  readonly column?: number;
}

export interface DomainErrorOptions {
  readonly retry?: Retry;
  /** RFC 6901 pointer of the place that is wrong; for several places use `violations`. */
  readonly pointer?: string;
  /** What the reader can do about it. */
  readonly remedy?: string;
  readonly violations?: readonly Violation[];
  /** Facts for programs: limit, used, requested, current state … Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

const RETRY_OF: Partial<Record<ErrorCode, Retry>> = {
  'pool-unreachable': 'same',
  'pool-busy': 'same',
  'target-unreachable': 'same',
  'rate-limited': 'same',
  uncertain: 'same',
  'lease-lost': 'same',
  unavailable: 'same',
  'no-capacity': 'elsewhere',
  internal: 'never',
  'not-implemented': 'never',
  cancelled: 'never',
};

export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly retry: Retry;
  readonly pointer: string | undefined;
  readonly remedy: string | undefined;
  readonly violations: readonly Violation[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: DomainErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retry = options.retry ?? RETRY_OF[code] ?? 'after-change';
    this.pointer = options.pointer;
    this.remedy = options.remedy;
    this.violations = options.violations ?? [];
    this.details = options.details ?? {};
  }
}

/** The storable form of an error: what an operation or action row keeps and an API answer shows. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retry: Retry;
  readonly pointer?: string;
  readonly remedy?: string;
  readonly violations?: readonly Violation[];
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Anything thrown, as a report. A foreign exception becomes `internal` and keeps its text out of the report. */
export function reportOf(thrown: unknown): ErrorReport {
  const error = asDomainError(thrown);
  return {
    code: error.code,
    message: error.message,
    retry: error.retry,
    ...(error.pointer === undefined ? {} : { pointer: error.pointer }),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(error.violations.length === 0 ? {} : { violations: error.violations }),
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
}

/** The thrown thing itself when it is ours, else an `internal` DomainError that keeps it as cause. */
export function asDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  return new DomainError('internal', 'Something went wrong on our side.', {
    remedy: 'Repeat the request later; if it stays, report the request id.',
    cause: thrown,
  });
}
