/**
 * Certificates of authorities between that of a server and the one that clients know. Here they are the load balancer's authorities
 * `cca-<number>`; each is also put behind the certificates that it signed, because that is what clients are shown.
 */
import { X509Certificate } from 'node:crypto';
import type { WrittenConfig } from '@openvsys/vsys';
import { wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { noticeTime } from './dates.js';

export const AUTHORITY_NAME = /^cca-(\d{1,4})$/;
export const authorityName = (number: string): string => `cca-${number}`;

type Data = Readonly<Record<string, unknown>>;
const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null;
const dataIn = (config: WrittenConfig, name: string): Data => (isData(config[name]) ? config[name] : {});

/** PEM of a file in PEM or DER. Throws VALIDATION_ERROR for what is no certificate of an authority. */
export function readAuthority(bytes: Uint8Array): string {
  const certificate = findCertificate(Buffer.from(bytes));
  if (certificate?.ca !== true) throw wrongValue('filePath');
  return pemOf(certificate);
}

const pemOf = (certificate: X509Certificate): string =>
  `${certificate.toString().replaceAll('\r\n', '\n').trimEnd()}\n`;

function findCertificate(source: Buffer | string): X509Certificate | undefined {
  try {
    return new X509Certificate(source);
  } catch {
    return undefined;
  }
}

export function withAuthority(config: WrittenConfig, number: string, certificates: string): WrittenConfig {
  const authorities = { ...dataIn(config, 'authorities'), [authorityName(number)]: { certificates } };
  return withChains({ ...config, authorities });
}

/** Throws VALIDATION_ERROR for one that is not there. Chains that it completed keep it. */
export function withoutAuthority(config: WrittenConfig, number: string): WrittenConfig {
  const { [authorityName(number)]: gone, ...authorities } = dataIn(config, 'authorities');
  if (gone === undefined) throw wrongValue('ccacertNum');
  return { ...config, authorities };
}

/** Each certificate followed by those of our authorities that lead on from it. */
export function withChains(config: WrittenConfig): WrittenConfig {
  const known = Object.values(dataIn(config, 'authorities')).flatMap((each) => {
    const text = isData(each) ? each['certificates'] : undefined;
    return typeof text === 'string' ? (findCertificate(text) ?? []) : [];
  });
  const certificates = Object.entries(dataIn(config, 'certificates')).map(([name, each]) => {
    const text = isData(each) ? each['certificate'] : undefined;
    return [name, typeof text === 'string' ? { ...(each as Data), certificate: chained(text, known) } : each];
  });
  return certificates.length === 0 ? config : { ...config, certificates: Object.fromEntries(certificates) };
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function chained(text: string, known: readonly X509Certificate[]): string {
  let last = findCertificate(text.match(PEM)?.at(-1) ?? '');
  let chain = text;
  for (const _each of known) {
    const issuer = known.find((authority) => last !== undefined && isSignedBy(last, authority));
    if (issuer === undefined) break;
    chain = `${chain.trimEnd()}\n${pemOf(issuer)}`;
    last = issuer;
  }
  return chain;
}

/** What signs itself ends a chain. */
const isSignedBy = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  certificate.fingerprint256 !== authority.fingerprint256 && certificate.checkIssued(authority);

export function authorityViews(authorities: Readonly<Record<string, { readonly certificates: string }>>) {
  return Object.entries(authorities).flatMap(([name, { certificates }]): FgcpFields[] => {
    const ccacertNum = AUTHORITY_NAME.exec(name)?.[1];
    const certificate = findCertificate(certificates);
    if (ccacertNum === undefined) return [];
    const validity =
      certificate === undefined
        ? ''
        : `${noticeTime(certificate.validFromDate)} - ${noticeTime(certificate.validToDate)}`;
    const { issuer = '', subject = '' } = certificate ?? {};
    return [{ ccacertNum, description: '', issuer: oneLine(issuer), subject: oneLine(subject), validity }];
  });
}

const oneLine = (name: string): string => name.split('\n').join(', ');
