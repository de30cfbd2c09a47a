/** What a certificate of a store says about itself, and its chain in the order that servers must send it (RFC 5246, 7.4.2). */
import { X509Certificate } from 'node:crypto';
import { DAY_MILLISECONDS, readCertificates, readKey } from './certificates.js';

export interface CertificateFacts {
  readonly subject: string;
  /** Server names that it is for. */
  readonly names: readonly string[];
  readonly issuer: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** SHA-256 of the certificate, upper-case hex with colons. */
  readonly fingerprint: string;
  /** Certificates behind it in the chain. */
  readonly chainLength: number;
  /** Negative: it has ended. */
  readonly daysLeft: number;
}

const inOneLine = (name: string): string => name.replaceAll('\n', ', ');

/** Undefined when the text holds no certificate that can be read. */
export function findCertificateFacts(pem: string, at: Date): CertificateFacts | undefined {
  const [own, ...chain] = readCertificates(pem) ?? [];
  if (own === undefined) return undefined;
  const names = [...(own.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)];
  return {
    subject: inOneLine(own.subject),
    names: names.flatMap(([, name]) => (name === undefined ? [] : [name])),
    issuer: inOneLine(own.issuer),
    validFrom: own.validFromDate,
    validTo: own.validToDate,
    fingerprint: own.fingerprint256,
    chainLength: chain.length,
    daysLeft: Math.floor((own.validToDate.getTime() - at.getTime()) / DAY_MILLISECONDS),
  };
}

/**
 * The same certificates, the one of the key first and each followed by its issuer; what belongs to no chain comes last, as it
 * was. Texts that cannot be read come back as they are: they are refused with the whole configuration.
 */
export function chainInOrder(pem: string, privateKey: string | undefined): string {
  const given = readCertificates(pem);
  if (given === undefined || given.length < 2) return pem;
  const key = privateKey === undefined ? undefined : readKey(privateKey);
  const first = (key && given.find((certificate) => certificate.checkPrivateKey(key))) ?? given[0];
  const ordered: X509Certificate[] = first === undefined ? [] : [first];
  for (;;) {
    const last = ordered.at(-1);
    const issuer = given.find((other) => !ordered.includes(other) && last?.checkIssued(other) === true);
    if (issuer === undefined) break;
    ordered.push(issuer);
  }
  const others = given.filter((certificate) => !ordered.includes(certificate));
  return [...ordered, ...others].map((certificate) => certificate.toString()).join('');
}
