/**
 * One part of a system added, changed or removed, as an edit of what the system was made from. Everything of it is pure: the
 * descriptor and the values of the present generation in, those of the next one out.
 *
 *   present ─edit─► draft ─secrets nobody needs any more dropped, checked as a whole─► next
 *
 * There is no second way to judge a part: the whole descriptor is checked, and what is wrong is said in the caller's terms.
 */
import { withoutUnusedKeys, type WithParameters } from '../../efm/edit/keys.js';
import { DomainError, type Violation } from '../../errors.js';
import { descriptorOf } from '../parse/parse-descriptor.js';
import { withoutUnusedSecrets } from './part-secrets.js';

export type SystemSource = WithParameters;

/** A place of the descriptor and what the caller calls it: pointers. */
export interface DraftPlace {
  readonly written: string;
  readonly asked: string;
}

export interface SystemDraft {
  /** A descriptor, not checked yet. */
  readonly document: object;
  readonly values: SystemSource['values'];
  readonly places: readonly DraftPlace[];
  /** Set when a part goes: then what is wrong is that others still refer to it. */
  readonly removed?: string;
}

/** Throws `invalid-descriptor` with pointers into what the caller sent; for a removal `conflict`. */
export function sourceOfDraft(draft: SystemDraft): SystemSource {
  return inDraftTerms(draft, () =>
    withoutUnusedSecrets(
      withoutUnusedKeys({ descriptor: descriptorOf(draft.document), values: draft.values }),
    ),
  );
}

/** What `work` throws, with places of the descriptor named as the caller knows them. */
export function inDraftTerms<T>(draft: SystemDraft, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw draftError(draft, error);
  }
}

/** The error itself when it is none of ours. */
export function draftError({ places, removed }: SystemDraft, error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  const violations = error.violations.map((violation) => ({
    ...violation,
    pointer: askedPointer(places, violation.pointer),
  }));
  const [first] = violations;
  if (removed !== undefined && first !== undefined && error.code === 'invalid-descriptor') {
    return stillUsed(removed, violations);
  }
  const pointer = error.pointer === undefined ? undefined : askedPointer(places, error.pointer);
  const isOfDescriptor = error.code === 'invalid-descriptor' && first !== undefined;
  return new DomainError(error.code, isOfDescriptor ? sentenceOf(violations) : error.message, {
    retry: error.retry,
    ...(pointer === undefined ? {} : { pointer }),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    violations,
    details: error.details,
    cause: error,
  });
}

function stillUsed(removed: string, violations: readonly Violation[]): DomainError {
  const [first] = violations;
  return new DomainError('conflict', `“${removed}” cannot go: ${sentenceOf(violations)}`, {
    ...(first === undefined ? {} : { pointer: first.pointer }),
    violations,
    retry: 'after-change',
    remedy: 'Change what the violations name first.',
  });
}

function sentenceOf([first, ...more]: readonly Violation[]): string {
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${first?.message ?? ''}${rest}`;
}

/** Sizes have their unit in the names of requests. */
const inRequestWords = (pointer: string): string => pointer.replace(/\/size$/, '/sizeGiB');

function askedPointer(places: readonly DraftPlace[], pointer: string): string {
  const place = places.find(({ written }) => pointer === written || pointer.startsWith(`${written}/`));
  return place === undefined ? pointer : inRequestWords(place.asked + pointer.slice(place.written.length));
}
