/** Tags: small facts that a tenant hangs on a system, to filter by. */
import { DomainError, type Violation } from '../errors.js';

export type Tags = Readonly<Record<string, string>>;

/** Far more than anybody filters by. */
export const MAX_TAGS = 50;
export const MAX_TAG_VALUE = 200;
const KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;

/** Throws `invalid-request` that names every wrong tag. */
export function parseTags(given: Readonly<Record<string, unknown>>): Tags {
  const entries = Object.entries(given);
  const violations = entries.flatMap(([key, value]) => violationsOf(key, value));
  if (entries.length > MAX_TAGS)
    violations.push({
      pointer: '/tags',
      message: `There are ${entries.length} tags; ${MAX_TAGS} are possible.`,
    });
  const [first] = violations;
  if (first === undefined) return given as Tags;
  throw new DomainError('invalid-request', first.message, {
    pointer: first.pointer,
    violations,
    remedy: `Keys are 1 to 63 letters, digits, “.”, “_”, “/” or “-”; values are texts of at most ${MAX_TAG_VALUE} characters.`,
  });
}

function violationsOf(key: string, value: unknown): Violation[] {
  const pointer = `/tags/${key.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (!KEY.test(key)) return [{ pointer, message: `“${key.slice(0, 64)}” cannot be the key of a tag.` }];
  if (typeof value === 'string' && value.length <= MAX_TAG_VALUE) return [];
  return [
    {
      pointer,
      message: `The value of the tag “${key}” is not a text of at most ${MAX_TAG_VALUE} characters.`,
    },
  ];
}

/** A filter of lists: `key` alone asks whether there is such a tag, `key:value` for exactly this value. */
export interface TagFilter {
  readonly key: string;
  readonly value: string | undefined;
}

/** Throws `invalid-request`. The value begins behind the first colon, so it may have colons itself. */
export function parseTagFilter(text: string): TagFilter {
  const colon = text.indexOf(':');
  const key = colon < 0 ? text : text.slice(0, colon);
  if (KEY.test(key)) return { key, value: colon < 0 ? undefined : text.slice(colon + 1) };
  throw new DomainError('invalid-request', `“${text.slice(0, 64)}” is not a filter by tag.`, {
    pointer: '/query/tag',
    remedy: 'Write `key` or `key:value`, separate several by commas.',
  });
}
