/** What is wrong with a wish. */
import { DomainError } from '@openvsys/vsys';

export function missing(pointer: string): DomainError {
  return new DomainError('invalid-request', `${pointer} is missing.`, {
    pointer: `/${pointer}`,
    remedy: 'Give it as a reference or by value.',
  });
}

export function wrong(pointer: string, wanted: string): DomainError {
  return new DomainError('invalid-request', `${pointer} must be ${wanted}.`, { pointer: `/${pointer}` });
}

export function notServed(why: string): DomainError {
  return new DomainError('not-implemented', why, { remedy: 'Leave it out.' });
}

export function attached(name: string, machine: string): DomainError {
  return new DomainError('conflict', `“${name}” is attached to ${machine}.`, {
    remedy: 'Delete it from the volumes of the machine first.',
  });
}
