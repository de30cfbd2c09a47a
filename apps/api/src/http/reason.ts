/** Why a change is made, in the caller's words: a header, so that every change can carry it, whatever its body is. */
import { DomainError } from '@openvsys/vsys';
import type { Request } from 'express';

export const REASON_HEADER = 'OpenVSYS-Reason';
/** In characters; a sentence or two with the number of a ticket. */
const MAX_REASON = 500;

/** Null when none was given. The text is percent-encoded UTF-8, because headers carry ASCII only. Throws `invalid-request`. */
export function reasonOf(request: Request): string | null {
  const encoded = request.headers[REASON_HEADER.toLowerCase()];
  if (encoded === undefined) return null;
  const reason = typeof encoded === 'string' ? decoded(encoded)?.trim() : undefined;
  // Control characters would let one entry of the audit look like several.
  if (reason !== undefined && reason.length > 0 && reason.length <= MAX_REASON && !/\p{Cc}/u.test(reason))
    return reason;
  throw new DomainError('invalid-request', `The reason must be 1 to ${MAX_REASON} printable characters.`, {
    pointer: `/header/${REASON_HEADER}`,
    remedy: 'Send it as UTF-8, percent-encoded, in one line.',
  });
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
