/** Ids of templates are UUIDs; what cannot be one is unknown. */
import { DomainError } from '@openvsys/vsys';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws `not-found`. */
export function requireUuid(kind: string, id: string): string {
  if (UUID.test(id)) return id;
  throw new DomainError('not-found', `No ${kind} has the id “${id.slice(0, 64)}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}
