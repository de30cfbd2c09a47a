/** A sealer whose results can be read in failures, with the properties that matter: never the same twice, bound to a part. */
import { sealedBase64, sealedText, type SealedText } from '../src/spec/sealed-text.js';
import type { TextSealer } from '../src/ports/text-sealer.port.js';

let sealings = 0;

export const READABLE_SEALER: TextSealer = {
  seal: (text, part): SealedText => {
    const nonce = String((sealings += 1)).padStart(30, '0');
    return sealedText(Buffer.from(`${nonce}${part}\n${text}`).toString('base64'));
  },
  open: (text, part): string => {
    const plain = Buffer.from(sealedBase64(text), 'base64').toString().slice(30);
    const end = plain.indexOf('\n');
    if (plain.slice(0, end) !== part) throw new Error(`sealed for ${plain.slice(0, end)}, not for ${part}`);
    return plain.slice(end + 1);
  },
};
