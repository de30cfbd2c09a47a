/** ETags of VSYS are their generation in quotes; If-Match compares it inside the transaction of the change. */
import { DomainError } from '@openvsys/vsys';
import type { Precondition } from '../use-cases/precondition.js';

export const etagOf = (generation: number): string => `"${generation}"`;

const TAG = /^(?:W\/)?"(\d{1,15})"$/;

/** Throws `invalid-request` when the header is not a list of our ETags. */
export function preconditionOf(header: string | undefined): Precondition | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  if (header.trim() === '*') return { generations: 'any' };
  const generations = header.split(',').map((tag) => {
    const digits = TAG.exec(tag.trim())?.[1];
    if (digits !== undefined) return Number(digits);
    throw new DomainError('invalid-request', 'If-Match does not look like an ETag of this API.', {
      pointer: '/header/If-Match',
      remedy: 'Send the ETag of the last GET as it was, for example "3".',
    });
  });
  return { generations };
}

/** Throws `precondition-required` when the header is missing. */
export function requiredPreconditionOf(header: string | undefined): Precondition {
  const precondition = preconditionOf(header);
  if (precondition !== undefined) return precondition;
  throw new DomainError('precondition-required', 'This change needs If-Match.', {
    pointer: '/header/If-Match',
    remedy: 'GET the VSYS and send its ETag as If-Match, so that nobody else’s change is overwritten unseen.',
  });
}
