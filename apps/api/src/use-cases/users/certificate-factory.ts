/**
 * Makes X.509 certificates: the authority once, users' certificates with it. RSA throughout, because the protocol whose callers
 * show them signs with nothing else.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  PublicKey,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { DomainError } from '@openvsys/vsys';

const KEY_BITS = 2_048;
const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: KEY_BITS,
};
const DAY_MS = 86_400_000;
/** Longer than any certificate that it issues. */
const AUTHORITY_DAYS = 20 * 365;
const SERIAL_BYTES = 16;

export interface KeyAndCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
}

export interface Subject {
  /** Relative names in order, e.g. `['CN', 'anna']`. */
  readonly names: readonly (readonly [string, string])[];
  readonly days: number;
}

export async function makeAuthority(at: Date): Promise<KeyAndCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ O: ['OpenVSYS'] }, { CN: ['OpenVSYS users'] }],
    notBefore: at,
    notAfter: new Date(at.getTime() + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), privateKey: await pemOf(keys.privateKey) };
}

/** A fresh pair of keys with its certificate. */
export async function issueWithKey(
  authority: KeyAndCertificate,
  subject: Subject,
  at: Date,
): Promise<KeyAndCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await issue(authority, subject, at, keys.publicKey);
  return { certificate, privateKey: await pemOf(keys.privateKey) };
}

/** For a key that its owner keeps. The request's own subject is not taken over. Throws `invalid-request`. */
export async function issueForRequest(
  authority: KeyAndCertificate,
  subject: Subject,
  at: Date,
  request: string,
): Promise<string> {
  return issue(authority, subject, at, await keyOfRequest(request));
}

async function issue(
  authority: KeyAndCertificate,
  { names, days }: Subject,
  at: Date,
  publicKey: webcrypto.CryptoKey | PublicKey,
): Promise<string> {
  const issuer = new X509Certificate(authority.certificate);
  const [der] = PemConverter.decode(authority.privateKey);
  if (der === undefined) throw new DomainError('internal', 'The key of the authority is unusable.');
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: names.map(([name, value]) => ({ [name]: [value] })),
    issuer: issuer.subject,
    notBefore: at,
    notAfter: new Date(at.getTime() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ],
  });
  return certificate.toString('pem');
}

async function keyOfRequest(pem: string): Promise<PublicKey> {
  try {
    const request = new Pkcs10CertificateRequest(pem);
    if (await request.verify()) return request.publicKey;
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  throw new DomainError('invalid-request', 'This is no PKCS#10 request that was signed with its own key.', {
    pointer: '/request',
    remedy: 'Make one, for example: openssl req -new -newkey rsa:2048 -nodes -keyout user.key -subj /CN=user',
  });
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** Positive: the highest bit is never set. */
function newSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(SERIAL_BYTES));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
