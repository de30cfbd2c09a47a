// Purpose: the two ways a call can end badly: a XenAPI error, or a connection that broke.
import { databaseName } from '../database/database-name.js';

/**
 * A XenAPI error: the code and its parameters exactly as they travel in `ErrorDescription`. It is an answer, made by the
 * thousand to find out what an object allows, so it carries no stack trace: that would be most of the work.
 */
export class XenFailure extends Error {
  readonly params: readonly string[];

  constructor(
    readonly code: string,
    ...params: string[]
  ) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(`${code}(${params.join(', ')})`);
    Error.stackTraceLimit = limit;
    this.name = 'XenFailure';
    this.params = params;
  }
}

/** The connection was cut: the caller cannot know whether the effect happened. */
export class Disconnected extends Error {
  readonly kind = 'disconnected' as const;

  constructor(reason: string) {
    super(`connection lost: ${reason}`);
    this.name = 'Disconnected';
  }
}

/** The server answers with an HTTP error page instead of an RPC answer. */
export class HttpError extends Error {
  readonly kind = 'http' as const;

  constructor(readonly status: number) {
    super(`HTTP ${status}`);
    this.name = 'HttpError';
  }
}

export function handleInvalid(cls: string, ref: string): XenFailure {
  return new XenFailure('HANDLE_INVALID', cls, ref);
}

export function internalError(text: string): XenFailure {
  return new XenFailure('INTERNAL_ERROR', text);
}

export function invalidValue(field: string, value: string): XenFailure {
  return new XenFailure('INVALID_VALUE', field, value);
}

/** A key is there already; the field is named as the database does. */
export function mapDuplicateKey(row: { cls: string; ref: string }, field: string, key: string): XenFailure {
  return new XenFailure('MAP_DUPLICATE_KEY', row.cls, databaseName(field), row.ref, key);
}

/** Storage errors carry three parameters; the middle one holds the driver's text (XenAPI SR_BACKEND_FAILURE_<n>). */
export function storageFailure(number: number, text: string, detail: string): XenFailure {
  return new XenFailure(`SR_BACKEND_FAILURE_${number}`, '', `${text} [opterr=${detail}]`, '');
}
