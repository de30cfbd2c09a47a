/** ETags of configurations of EFMs: they change with every edit, that of a key too. If-Match is compared inside the transaction. */
import { DomainError } from '@openvsys/vsys';
import type { ExpectedTags } from '../../../use-cases/efms/present-efm.js';

const TAG = /^(?:W\/)?"([0-9a-f]{32})"$/;

export const efmEtag = (tag: string): string => `"${tag}"`;

/** Undefined: the caller does not care. Throws `invalid-request` when the header is not a list of our ETags. */
export function expectedTags(header: string | undefined): ExpectedTags {
  if (header === undefined || header.trim() === '') return undefined;
  if (header.trim() === '*') return 'any';
  return header.split(',').map((text) => {
    const tag = TAG.exec(text.trim())?.[1];
    if (tag !== undefined) return tag;
    throw new DomainError(
      'invalid-request',
      'If-Match does not look like an ETag of an EFM’s configuration.',
      {
        pointer: '/header/If-Match',
        remedy: 'Send the ETag of the last GET of the configuration as it was.',
      },
    );
  });
}

/** For the whole configuration: whoever replaces it must have seen it. Throws `precondition-required`. */
export function requiredTags(header: string | undefined): ExpectedTags {
  const expected = expectedTags(header);
  if (expected !== undefined) return expected;
  throw new DomainError('precondition-required', 'Replacing the whole configuration needs If-Match.', {
    pointer: '/header/If-Match',
    remedy: 'GET the configuration and send its ETag as If-Match; single rules can be edited without.',
  });
}
