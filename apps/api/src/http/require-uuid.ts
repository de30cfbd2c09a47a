import { DomainError } from '@openvsys/vsys';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws `not-found` for a text that cannot be such an id, exactly as for an id that does not exist. */
export function requireUuid(what: string, text: string): string {
  if (UUID.test(text)) return text;
  throw new DomainError('not-found', `No ${what} has the id “${text.slice(0, 64)}”.`);
}
