/** Checks of what is needed to log in to a pool, before anybody is asked. */
import { DomainError } from '@openvsys/vsys';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const FINGERPRINT = /^[0-9a-f]{64}$/;

/** Throws `invalid-request` for anything but https addresses without credentials; http is for this machine only. */
export function requireUrls(urls: readonly string[]): void {
  urls.forEach((text, index) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isPlain = url?.protocol === 'http:' && LOOPBACK.has(url.hostname);
    const isWay = url?.protocol === 'https:' || isPlain;
    if (url !== undefined && isWay && url.username === '' && url.password === '') return;
    throw new DomainError('invalid-request', `“${text.slice(0, 100)}” is not the address of a host.`, {
      pointer: `/urls/${index}`,
      remedy:
        'Send an https address like https://10.0.0.11, without user and password; http is for 127.0.0.1 only.',
    });
  });
}

/** SHA-256 fingerprints without colons in lower case. Throws `invalid-request`. */
export function readFingerprints(texts: readonly string[]): readonly string[] {
  return texts.map((text, index) => {
    const plain = text.replaceAll(':', '').toLowerCase();
    if (FINGERPRINT.test(plain)) return plain;
    throw new DomainError('invalid-request', 'A fingerprint is a SHA-256: 64 hexadecimal digits.', {
      pointer: `/certificateFingerprints/${index}`,
    });
  });
}
