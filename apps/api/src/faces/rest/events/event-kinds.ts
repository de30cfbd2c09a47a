/** Kinds of events as callers name them in filters. */
import { DomainError } from '@openvsys/vsys';

/** `vserver.state`, or all that begin so: `vserver.*` */
const KIND = /^(?:[a-z][a-z-]*(?:\.[a-z][a-z-]*)*(?:\.\*)?|\*)$/;

/** Throws `invalid-request` for the first that is none; whether such events exist is not asked. */
export function requireKinds(kinds: readonly string[], pointer: string): void {
  const at = kinds.findIndex((kind) => !KIND.test(kind));
  if (at === -1) return;
  throw new DomainError('invalid-request', `“${kinds[at]}” is no kind of events.`, {
    pointer: `${pointer}/${at}`,
    remedy: 'Write a kind such as vserver.state, or vserver.* for all that begin so.',
  });
}
