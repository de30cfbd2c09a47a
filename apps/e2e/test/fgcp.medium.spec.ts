/**
 * A client of Fujitsu's original protocol that was written from its description alone, in another language, walks through the
 * whole life of a system: over TLS, with a certificate of its own. It needs python3 (its standard library) and openssl.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@openvsys/embedded';
import { afterAll, describe, expect, it } from 'vitest';
import { expectNothingLeft, useCloud } from './use-cloud.js';

const CLIENT = join(import.meta.dirname, '../clients/fgcp.py');
const has = (command: string, word: string) => spawnSync(command, [word]).status === 0;
const canRun = has('python3', '--version') && has('openssl', 'version');
if (!canRun)
  process.stderr.write('SKIPPED: python3 or openssl is missing, so no foreign FGCP client was run\n');

const folder = mkdtempSync(join(tmpdir(), 'openvsys-fgcp-'));
const file = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

/** Of the listener; clients check it against itself. */
function makeServerCertificate(): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', file('server.key'), '-out', file('server.crt')];
  spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files]);
}

async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn('python3', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function issueCertificate({
  url,
  token,
}: {
  readonly url: string;
  readonly token: string;
}): Promise<void> {
  const post = async (path: string, body: object): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect([path, response.status]).toEqual([path, 201]);
    return (await response.json()) as Record<string, string>;
  };
  const user = await post('/v1/users', { name: 'python', roles: ['org-admin'] });
  const issued = await post(`/v1/users/${user['id']}/certificates`, {});
  writeFileSync(file('user.pem'), `${issued['privateKey']}\n${issued['certificate']}\n`, { mode: 0o600 });
}

if (canRun) makeServerCertificate();
const port = await findFreePort();

describe.runIf(canRun)('an FGCP client in Python', () => {
  const cloud = useCloud({
    api: {
      FGCP_TLS_PORT: String(port),
      FGCP_TLS_CERT_FILE: file('server.crt'),
      FGCP_TLS_KEY_FILE: file('server.key'),
    },
  });

  it('creates, uses and destroys a system, and nothing is left of it', { timeout: 180_000 }, async () => {
    await issueCertificate(cloud().access);
    const endpoint = `https://localhost:${port}/ovissapi/endpoint`;
    const { code, output } = await run([CLIENT, endpoint, file('user.pem'), file('server.crt')]);
    process.stdout.write(output);
    expect(output).toContain('everything destroyed');
    expect(code).toBe(0);
    await expectNothingLeft(cloud());
  });
});
