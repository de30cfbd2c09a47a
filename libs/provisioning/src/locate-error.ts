/** Says where an action failed, for whoever reads the error at the operation or at the VSYS. */
import { DomainError } from '@openvsys/vsys';
import type { Flight } from './flight.js';

/** The same error with the action, the part and the host it happened at; what can be done about it stays. */
export function locateError(error: DomainError, { plan, host }: Pick<Flight, 'plan' | 'host'>): DomainError {
  const { kind, part } = plan.action;
  return new DomainError(error.code, `${kind} of ${part} failed: ${error.message}`, {
    retry: error.retry,
    violations: error.violations,
    ...(error.pointer === undefined ? {} : { pointer: error.pointer }),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(error.cause === undefined ? {} : { cause: error.cause }),
    details: { ...error.details, action: kind, part, ...(host === null ? {} : { host }) },
  });
}
