/** Seals the secret texts of a spec and opens them again. Implemented where the key is known (libs/persistence). */
import type { PartId, VsysId } from '../ids.js';
import type { SealedText } from '../spec/sealed-text.js';

/** A part, a system, a stored template, or a thing of the installation that there is one of. */
export type SealedFor =
  | PartId
  | VsysId
  | 'certificate-authority'
  | `template:${string}`
  | `webhook:${string}`
  | `descriptor:${string}`
  | `image-share-key:${string}`;

export interface TextSealer {
  /** What the text belongs to is sealed in: a text that is copied to another part does not open. */
  seal(text: string, of: SealedFor): SealedText;
  /** Throws `internal` when the key or the owner is not the one that it was sealed with, or a bit was changed. */
  open(text: SealedText, of: SealedFor): string;
}
