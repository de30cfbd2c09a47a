/**
 * Signatures of requests. The signed text is the access key, Base64 of `<time zone>&<milliseconds>&1.0&<algorithm>`, as it was
 * sent, line ends included; nothing else of the request is covered. Clients of one second's resolution send the same key twice
 * in a second, so repeats are normal: what bounds them is the window of the clock.
 */
import { createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { FgcpError } from './fgcp-error.js';

/** Java's names. SHA-1 is what the clients of the time use. */
const DIGESTS = { SHA1withRSA: 'RSA-SHA1', SHA256withRSA: 'RSA-SHA256' } as const;
export type SignatureAlgorithm = keyof typeof DIGESTS;

export interface AccessKey {
  /** As it was sent. */
  readonly text: string;
  readonly at: Date;
  readonly algorithm: SignatureAlgorithm;
}

/** Longer keys are not decoded. The longest time zone seen has 40 characters. */
const LONGEST = 1_024;
const PLAIN = /^[^&]{0,200}&([0-9]{1,15})&1\.0&(SHA1withRSA|SHA256withRSA)$/;

/** Throws VALIDATION_ERROR when it is no access key. */
export function readAccessKey(text: string | undefined): AccessKey {
  if (text === undefined || text.length > LONGEST) throw noVerification();
  const [, milliseconds, algorithm] =
    PLAIN.exec(Buffer.from(unblanked(text), 'base64').toString('utf8')) ?? [];
  if (milliseconds === undefined || (algorithm !== 'SHA1withRSA' && algorithm !== 'SHA256withRSA'))
    throw noVerification();
  return { text, at: new Date(Number(milliseconds)), algorithm };
}

/** Throws VALIDATION_ERROR outside of the window, with the words that clients look for. */
export function requireFresh({ at }: AccessKey, now: Date, windowMs: number): void {
  const difference = Math.abs(now.getTime() - at.getTime());
  if (difference <= windowMs) return;
  throw new FgcpError(
    'VALIDATION_ERROR',
    `The client's clock is not synchronized with the API-Server time (${now.toISOString()}).`,
  );
}

/** True when the key's owner signed the access key. */
export function isSignedBy({ text, algorithm }: AccessKey, signature: string, key: KeyObject): boolean {
  const bytes = Buffer.from(unblanked(signature), 'base64');
  return readings(text).some((reading) =>
    createVerify(DIGESTS[algorithm]).update(reading, 'latin1').verify(key, bytes),
  );
}

/** Of a certificate or a bare key, PEM. Undefined for what is no RSA key: the protocol signs with nothing else. */
export function findRsaKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

export const noVerification = (): FgcpError =>
  new FgcpError('VALIDATION_ERROR', 'The signature does not fit the AccessKeyId: verify error.');

/** What may have been signed: the text as it came first. Ways of XML and of forms may have changed its line ends. */
function readings(text: string): readonly string[] {
  const trimmed = text.trim();
  return [...new Set([text, text.replaceAll('\r\n', '\n'), trimmed, `${trimmed}\n`, unblanked(trimmed)])];
}

/** A plus sign that was not encoded in a query arrives as a blank. Base64 has no blanks of its own. */
const unblanked = (text: string): string => text.replaceAll(' ', '+');
