/** The sealer of a spec's secret texts, on the key that all secrets in the database are sealed with. */
import { sealedBase64, sealedText, type TextSealer } from '@openvsys/vsys';
import type { SecretBox } from './secret-box.js';

/** Kept apart from other secrets of the same key: a sealed password of a pool never opens as a text of a part. */
const contextOf = (part: string): string => `spec text of ${part}`;

export const createTextSealer = (box: SecretBox): TextSealer => ({
  seal: (text, part) => sealedText(box.seal(text, contextOf(part)).toString('base64')),
  open: (text, part) => box.open(Buffer.from(sealedBase64(text), 'base64'), contextOf(part)),
});
