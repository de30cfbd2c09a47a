/** Authorities and certificates for tests, made by the `openssl` command. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const run = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' });

export function makeAuthority(folder: string, name: string): KeyPair {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  run('req', '-x509', ...EC, '-days', '30', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

/** `names` as in a certificate: `DNS:www.example`, `IP:10.0.0.1`. `issuer` is the name of an authority of the same folder. */
export function makeCertificate(folder: string, issuer: string, name: string, names: string): KeyPair {
  const at = (suffix: string) => join(folder, `${name}.${suffix}`);
  run('req', ...EC, '-subj', `/CN=${name}`, '-keyout', at('key'), '-out', at('csr'));
  writeFileSync(at('ext'), `subjectAltName=${names}\n`);
  const by = [
    '-CA',
    join(folder, `${issuer}.pem`),
    '-CAkey',
    join(folder, `${issuer}.key`),
    '-CAcreateserial',
  ];
  run('x509', '-req', '-in', at('csr'), ...by, '-days', '30', '-extfile', at('ext'), '-out', at('pem'));
  return { key: readFileSync(at('key'), 'utf8'), cert: readFileSync(at('pem'), 'utf8') };
}
