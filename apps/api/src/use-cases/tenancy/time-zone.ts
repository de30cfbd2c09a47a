import { IANAZone } from 'luxon';
import { DomainError } from '@openvsys/vsys';

/** Throws `invalid-request` for a text that is no IANA time zone. */
export function requireTimeZone(name: string): void {
  if (IANAZone.isValidZone(name)) return;
  throw new DomainError('invalid-request', `“${name}” is not a time zone.`, {
    pointer: '/timeZone',
    remedy: 'Use a name of the IANA database, for example Europe/Berlin.',
  });
}
