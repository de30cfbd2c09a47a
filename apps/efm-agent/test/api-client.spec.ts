/** Whom the agent talks to: the pinned authority's certificate for the right name, and nobody else. Real TLS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient, ApiError } from '../src/api/api-client.js';
import { TokenKeeper } from '../src/api/token-keeper.js';
import type { Settings } from '../src/index.js';
import { documentOf } from '../src/lab/documents.js';
import { makeAuthority, makeCertificate, type KeyPair } from '../src/lab/certificates.js';

let folder: string;
let ca: string;
let otherCa: string;
let pair: KeyPair;
let misnamed: KeyPair;
const servers: Server[] = [];
const seen: (string | undefined)[] = [];
const wanted = documentOf({ files: { a: 'x' } });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openvsys-tls-'));
  ca = makeAuthority(folder, 'mine').cert;
  otherCa = makeAuthority(folder, 'other').cert;
  pair = makeCertificate(folder, 'mine', 'api', 'IP:127.0.0.1');
  misnamed = makeCertificate(folder, 'mine', 'wrong', 'IP:127.0.0.2');
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

async function serve(keys: KeyPair, answer = JSON.stringify(wanted), status = 200): Promise<URL> {
  const server = createServer(keys, (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(status, { date: new Date(Date.now() + 7_200_000).toUTCString() }).end(answer);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const client = (apiUrl: URL, authority: string) => {
  const settings = { apiUrl, ca: authority, token: 'the-token', stateFolder: folder } as Settings;
  return new ApiClient(settings, new TokenKeeper(settings));
};
const never = new AbortController().signal;

it('gets its document, over the same connection again, and notices that the clock is behind', async () => {
  const api = client(await serve(pair), ca);
  expect(await api.fetchDocument(undefined, 0, never)).toEqual(wanted);
  expect(await api.fetchDocument(undefined, 0, never)).toEqual(wanted);
  api.reconnect();
  expect(await api.fetchDocument(undefined, 0, never)).toEqual(wanted);
  expect(Math.round(api.clockBehindMs / 3_600_000)).toBe(2);
  api.close();
});

it('tells its token to nobody else', async () => {
  seen.length = 0;
  const strange = client(await serve(pair), otherCa);
  await expect(strange.fetchDocument(undefined, 0, never)).rejects.toThrow('not trusted');
  const elsewhere = client(await serve(misnamed), ca);
  await expect(elsewhere.fetchDocument(undefined, 0, never)).rejects.toThrow(/not trusted/);
  expect(seen).toEqual([]);
});

it('says what the API answered, shortly', async () => {
  const api = client(await serve(pair, 'x'.repeat(5_000), 503), ca);
  const error = await api.fetchDocument(undefined, 0, never).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).message.length).toBeLessThan(400);
  const nobody = client(new URL('https://127.0.0.1:1'), ca);
  await expect(nobody.fetchDocument(undefined, 0, never)).rejects.toMatchObject({ status: 0 });
});
