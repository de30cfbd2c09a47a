/**
 * Texts of a spec that hold a secret. A spec is stored, compared, rolled back and put into the journal, so a secret is in it
 * only sealed: made by whoever admits the change, opened by whoever writes it into the pool, just before.
 *
 *   plain text ──TextSealer.seal──► sealed:v1:<base64> ──(spec, journal, plan)──► ActionContext.unseal ──► the guest
 *
 * Sealing the same text twice gives different results, so what has not changed keeps its sealed text from one generation to
 * the next (`keepSealed`). The pool shows the plain text only; what is told of it is the mark of the sealed text that it
 * came from.
 */
import { DomainError } from '../errors.js';
import type { PartId } from '../ids.js';
import type { TextSealer } from '../ports/text-sealer.port.js';

const PREFIX = 'sealed:v1:';
export type SealedText = `sealed:v1:${string}`;

/**
 * Base64 characters that tell one sealed text from all others: version, nonce and authentication tag (29 bytes) and no more than
 * one byte of the ciphertext.
 */
const MARK_LENGTH = 40;

export const isSealed = (text: string): text is SealedText => text.startsWith(PREFIX);

/** `bytes` in base64, as they come from the sealing. */
export const sealedText = (base64: string): SealedText => `${PREFIX}${base64}`;

/** The base64 part of a sealed text. */
export const sealedBase64 = (text: SealedText): string => text.slice(PREFIX.length);

/**
 * What an observation shows for a wanted text: a plain one itself, a sealed one its mark. The mark of a mark is the same mark, so
 * wanted and seen texts are compared by their marks.
 */
export const markOf = (text: string): string =>
  isSealed(text) ? text.slice(0, PREFIX.length + MARK_LENGTH) : text;

/** The marks of all texts, for what is predicted to be seen. */
export const marksOf = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, markOf(text)]));

/** The same keys with texts of the same marks. */
export function isSameTexts(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const [left, right] = [a[key], b[key]];
    return left !== undefined && right !== undefined && markOf(left) === markOf(right);
  });
}

/** Seals `text`; the previous sealed text stays when it says the same. Throws `internal` when the key is another one. */
export function keepSealed(
  text: string,
  part: PartId,
  sealer: TextSealer,
  previous: string | undefined,
): SealedText {
  if (previous !== undefined && isSealed(previous) && sealer.open(previous, part) === text) return previous;
  return sealer.seal(text, part);
}

/** For places that have no key: a spec with secrets cannot be made or carried out there. */
export const NO_SEALER: TextSealer = {
  seal: () => {
    throw new DomainError('internal', 'There is no key here to seal a secret with.');
  },
  open: () => {
    throw new DomainError('internal', 'There is no key here to open a secret with.');
  },
};
