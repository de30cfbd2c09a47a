// Purpose: a self-signed certificate a host, as real hosts have them. Made by the `openssl` command: Node can use
// certificates but not make them.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface HostCertificate {
  key: string;
  cert: string;
}

/** Real hosts come with ten years. */
const VALID_DAYS = '3650';

/** @throws Error if there is no openssl command */
export async function makeCertificates(count: number, name: string): Promise<HostCertificate[]> {
  const folder = await mkdtemp(join(tmpdir(), 'xcp-sim-'));
  try {
    return await Promise.all(
      Array.from({ length: count }, (_, index) => makeCertificate(folder, index, name)),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeCertificate(folder: string, index: number, name: string): Promise<HostCertificate> {
  const [key, cert] = [join(folder, `${index}.key`), join(folder, `${index}.crt`)];
  const kind = /^[\d.:]+$/.test(name) ? 'IP' : 'DNS';
  const subject = ['-subj', `/CN=host-${index + 1}`, '-addext', `subjectAltName=${kind}:${name}`];
  const form = [
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    VALID_DAYS,
  ];
  await run('openssl', ['req', ...form, '-keyout', key, '-out', cert, ...subject]);
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}
