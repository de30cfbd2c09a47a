/** Certificates, their keys and authorities: does HAProxy take them, and do clients. */
import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto';
import { certificateFile, type LoadBalancerInput, type Violation } from '@openvsys/vsys';

/** Browsers and authorities count on a month for renewal. */
const WARNING_DAYS = 30;
export const DAY_MILLISECONDS = 86_400_000;
const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const certificatesIn = (text: string): X509Certificate[] =>
  [...text.matchAll(PEM)].map(([pem]) => new X509Certificate(pem));

/** The certificates of a text, or undefined when one cannot be read. */
export function readCertificates(text: string): X509Certificate[] | undefined {
  try {
    const found = certificatesIn(text);
    return found.length === 0 ? undefined : found;
  } catch {
    return undefined;
  }
}

export function readKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

export function validateCertificates(input: LoadBalancerInput, at: Date | undefined): Violation[] {
  const own = input.certificates.flatMap(({ name, certificate }) => {
    const pointer = `/config/certificates/${name}`;
    const chain = readCertificates(certificate);
    const [first] = chain ?? [];
    if (!chain || !first) return [unreadable(`${pointer}/certificate`)];
    const secret = input.secrets[certificateFile(name)];
    return [
      ...(secret === undefined ? [] : validateKey(first, secret, pointer)),
      ...(at === undefined ? [] : validateTime(first, at, `${pointer}/certificate`)),
    ];
  });
  const authorities = input.authorities.flatMap(({ name, certificates }) =>
    readCertificates(certificates) ? [] : [unreadable(`/config/authorities/${name}/certificates`)],
  );
  return [...own, ...authorities];
}

const unreadable = (pointer: string): Violation => ({
  pointer,
  message: 'This is no certificate that can be read.',
  remedy: 'Give the PEM text as the authority wrote it.',
});

function validateKey(certificate: X509Certificate, secret: string, pointer: string): Violation[] {
  const key = readKey(secret.replaceAll(PEM, ''));
  const at = `${pointer}/privateKey`;
  if (!key) {
    const message = 'This is no private key that can be read.';
    return [{ pointer: at, message, remedy: 'Give the PEM text of the key, without a passphrase.' }];
  }
  if (certificate.checkPrivateKey(key)) return [];
  const message = `The key does not belong to the certificate of “${nameOf(certificate)}”.`;
  return [{ pointer: at, message, remedy: 'Give the key that the certificate was requested with.' }];
}

const nameOf = ({ subject }: X509Certificate): string => /CN=(.*)/.exec(subject)?.[1] ?? subject;

function validateTime(
  { validFromDate, validToDate }: X509Certificate,
  at: Date,
  pointer: string,
): Violation[] {
  if (at > validToDate) {
    const message = `The certificate ended on ${validToDate.toISOString().slice(0, 10)}.`;
    return [{ pointer, message, remedy: 'Renew it.' }];
  }
  if (at >= validFromDate) return [];
  const message = `The certificate is not valid before ${validFromDate.toISOString().slice(0, 10)}.`;
  return [{ pointer, message, remedy: 'Wait, or give another one.' }];
}

export function adviseCertificates({ certificates }: LoadBalancerInput, at: Date | undefined): Violation[] {
  if (at === undefined) return [];
  return certificates.flatMap(({ name, certificate }) => {
    const end = readCertificates(certificate)?.[0]?.validToDate;
    const days = end ? Math.floor((end.getTime() - at.getTime()) / DAY_MILLISECONDS) : Infinity;
    if (end === undefined || days > WARNING_DAYS) return [];
    const when = days < 0 ? `ended on ${end.toISOString().slice(0, 10)}` : `ends in ${days} days`;
    const message = `The certificate “${name}” ${when}.`;
    return [{ pointer: `/config/certificates/${name}/certificate`, message, remedy: 'Renew it.' }];
  });
}
