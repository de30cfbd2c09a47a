/** Key and certificates of a PKCS#12 file, as load balancers take them. */
import forge from 'node-forge';
import { wrongValue } from '../protocol/fgcp-error.js';

export interface OpenedPkcs12 {
  /** PEM; all of the file. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** Throws VALIDATION_ERROR for another passphrase, and for what is no such file. */
export function readPkcs12(bytes: Uint8Array, passphrase: string): OpenedPkcs12 {
  const { pki, pkcs12, asn1, util } = forge;
  try {
    const file = pkcs12.pkcs12FromAsn1(
      asn1.fromDer(util.createBuffer(Buffer.from(bytes).toString('binary'))),
      passphrase,
    );
    const bags = (type: string | undefined) =>
      type === undefined ? [] : (file.getBags({ bagType: type })[type] ?? []);
    const key = [...bags(pki.oids['pkcs8ShroudedKeyBag']), ...bags(pki.oids['keyBag'])].find(
      (bag) => bag.key,
    )?.key;
    const certificates = bags(pki.oids['certBag']).flatMap(({ cert }) =>
      cert ? [pki.certificateToPem(cert)] : [],
    );
    if (key !== undefined && key !== null && certificates.length > 0)
      return { certificate: lf(certificates.join('')), privateKey: lf(pki.privateKeyToPem(key)) };
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  throw wrongValue('filePath', 'passphrase');
}

const lf = (pem: string): string => pem.replaceAll('\r\n', '\n');
