// S12 over TLS: members name the master and, if asked, the thumbprint of its certificate.
import { request } from 'node:https';
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { MEMBER_KEYS } from '../support/member-keys.js';

let server: SimServer;

beforeAll(async () => {
  server = await startSimServer({ hostCount: 2, tls: MEMBER_KEYS });
});

afterAll(async () => {
  expect(server.pool.crashes).toEqual([]);
  await server.close();
});

interface Answer {
  headers: Readonly<Record<string, unknown>>;
  body: { result?: unknown; error?: { message: string } };
}

function call(
  index: number,
  method: string,
  params: unknown[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const url = `${server.hosts[index]?.url ?? ''}/jsonrpc`;
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      rejectUnauthorized: false,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    };
    const outgoing = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          headers: response.headers,
          body: JSON.parse(Buffer.concat(chunks).toString()) as Answer['body'],
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const ASK = 'x-xenapi-request-host-certificate-thumbprint';
const ANSWER = 'x-xenapi-response-host-certificate-thumbprint';
const LOGIN = ['session.login_with_password', ['root', 'secret']] as const;

it.each([
  ['sha-256:master', 'fingerprint256'],
  ['sha-1:master', 'fingerprint'],
] as const)('S12 tells the thumbprint for %s', async (asked, field) => {
  const { headers, body } = await call(1, LOGIN[0], [...LOGIN[1]], { [ASK]: asked });
  expect(body.error?.message).toBe('HOST_IS_SLAVE');
  expect(headers[ANSWER]).toBe(new X509Certificate(MEMBER_KEYS[0]?.cert ?? '')[field]);
});

it('S12 tells nothing unasked, nor the master to those who are there', async () => {
  expect((await call(1, LOGIN[0], [...LOGIN[1]])).headers).not.toHaveProperty(ANSWER);
  expect((await call(0, LOGIN[0], [...LOGIN[1]], { [ASK]: 'sha-256:master' })).headers).not.toHaveProperty(
    ANSWER,
  );
});

it('shows the certificate of each host', async () => {
  const session = (await call(0, LOGIN[0], [...LOGIN[1]])).body.result;
  for (const [index, { uuid }] of server.hosts.entries()) {
    const host = (await call(0, 'host.get_by_uuid', [session, uuid])).body.result;
    expect((await call(0, 'host.get_server_certificate', [session, host])).body.result).toBe(
      MEMBER_KEYS[index]?.cert,
    );
    const [row] = (await call(0, 'host.get_certificates', [session, host])).body.result as string[];
    expect((await call(0, 'Certificate.get_type', [session, row])).body.result).toBe('host');
  }
});
