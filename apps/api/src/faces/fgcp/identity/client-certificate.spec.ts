import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  issueWithKey,
  makeAuthority,
  type KeyAndCertificate,
} from '../../../use-cases/users/certificate-factory.js';
import { listenForFgcp, type FgcpListener } from '../fgcp.listener.js';
import { findFingerprint, fingerprintOf } from './client-certificate.js';
import { trustedProxy } from './fgcp-settings.js';

let user: KeyAndCertificate;
let folder: string;
let listener: FgcpListener;

beforeAll(async () => {
  const authority = await makeAuthority(new Date());
  const subject = { names: [['CN', 'localhost']] as const, days: 1 };
  user = await issueWithKey(authority, subject, new Date());
  const server = await issueWithKey(authority, subject, new Date());
  folder = await mkdtemp(join(tmpdir(), 'fgcp-'));
  await writeFile(join(folder, 'cert.pem'), server.certificate);
  await writeFile(join(folder, 'key.pem'), server.privateKey);
  const tls = { port: 0, certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  listener = await listenForFgcp({ tls }, (incoming, response) => {
    response.end(findFingerprint(incoming, undefined) ?? 'none');
  });
});
afterAll(async () => {
  await listener.close();
  await rm(folder, { recursive: true });
});

async function ask(
  path: string,
  shown: Partial<KeyAndCertificate> = {},
): Promise<[number | undefined, string]> {
  return new Promise((resolve, reject) => {
    const options = { port: listener.port, path, rejectUnauthorized: false, agent: false };
    request({ ...options, key: shown.privateKey, cert: shown.certificate }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve([response.statusCode, text]));
    })
      .on('error', reject)
      .end();
  });
}

describe('the listener', () => {
  it('sees the certificate of a caller that proves to have its key, and serves nothing else', async () => {
    const path = '/ovissapi/endpoint?Action=x';
    expect(await ask(path, user)).toEqual([200, fingerprintOf(new X509Certificate(user.certificate))]);
    expect(await ask(path)).toEqual([200, 'none']);
    expect(await ask('/v1/vsys', user)).toEqual([404, '']);
  });
});

describe('a proxy', () => {
  const proxy = trustedProxy('Client-Cert', ['10.0.0.0/24', '2001:db8::1']);
  const from = (remoteAddress: string, header: string) => {
    const socket = new Socket();
    Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
    const incoming = new IncomingMessage(socket);
    incoming.headers['client-cert'] = header;
    return findFingerprint(incoming, proxy);
  };

  it('is believed in either way of writing, from its own addresses only', () => {
    const certificate = new X509Certificate(user.certificate);
    const fingerprint = fingerprintOf(certificate);
    const asBytes = `:${certificate.raw.toString('base64')}:`;
    const asPem = encodeURIComponent(user.certificate);
    expect([from('10.0.0.7', asBytes), from('::ffff:10.0.0.7', asPem), from('2001:db8::1', asPem)]).toEqual([
      fingerprint,
      fingerprint,
      fingerprint,
    ]);
    expect([from('10.0.1.7', asBytes), from('', asBytes), from('2001:db8::2', asPem)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([from('10.0.0.7', ''), from('10.0.0.7', 'nonsense'), from('10.0.0.7', ':AA==:')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
