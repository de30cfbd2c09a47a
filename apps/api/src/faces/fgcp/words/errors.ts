/** What refusals of use cases are called here: the only place where an error code becomes a status of this protocol. */
import { asDomainError, type DomainError, type ErrorCode } from '@openvsys/vsys';
import { FgcpError, type FgcpStatus } from '../protocol/fgcp-error.js';

const STATUS_OF: Readonly<Record<ErrorCode, FgcpStatus>> = {
  'invalid-descriptor': 'VALIDATION_ERROR',
  'invalid-parameter': 'VALIDATION_ERROR',
  'invalid-request': 'VALIDATION_ERROR',
  'too-large': 'OUT_OF_BOUNDS_ERROR',
  unauthenticated: 'ERROR',
  forbidden: 'ACCESS_NOT_PERMIT',
  gone: 'RESOURCE_NOT_FOUND',
  'not-found': 'RESOURCE_NOT_FOUND',
  conflict: 'ILLEGAL_STATE',
  stale: 'ILLEGAL_STATE',
  'precondition-required': 'ERROR',
  'idempotency-reused': 'ERROR',
  'quota-exceeded': 'OVER_LIMIT_ERROR',
  'no-capacity': 'OVER_LIMIT_ERROR',
  'address-exhausted': 'OVER_LIMIT_ERROR',
  'rate-limited': 'ERROR',
  'pool-unreachable': 'ERROR',
  'pool-refused': 'ERROR',
  'pool-busy': 'ERROR',
  'target-unreachable': 'ERROR',
  uncertain: 'ERROR',
  'lease-lost': 'ERROR',
  cancelled: 'ILLEGAL_STATE',
  'not-implemented': 'UNSUPPORT_ERROR',
  unavailable: 'ERROR',
  internal: 'ERROR',
};

const NO_RIGHT = "User doesn't have the right of access.";
const OUR_FAULT = 'Something went wrong on our side.';

export function fgcpErrorOf(thrown: unknown): FgcpError {
  if (thrown instanceof FgcpError) return thrown;
  const error = asDomainError(thrown);
  return new FgcpError(STATUS_OF[error.code], messageOf(error));
}

function messageOf({ code, message, violations }: DomainError): string {
  if (code === 'forbidden') return `${NO_RIGHT} ${message}`;
  if (code === 'internal') return OUR_FAULT;
  const [first] = violations;
  return first === undefined ? message : `${message} ${first.pointer}: ${first.message}`;
}
