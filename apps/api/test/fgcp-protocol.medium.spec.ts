import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, beforeAll } from 'vitest';
import { FgcpRegistry } from '../src/faces/fgcp/fgcp-registry.js';
import { newName, useApi } from './api-fixture.js';
import { answerOf, documentOf, FgcpClient, newFgcpUser, sign, type FgcpUser } from './fgcp-fixture.js';

const world = useApi();
let user: FgcpUser;
beforeAll(async () => {
  user = await newFgcpUser(world(), world().demoToken);
});
const endpoint = '/ovissapi/endpoint';
const fieldsOf = ({ accessKeyId, signature }: ReturnType<typeof sign>, more: object = {}) => ({
  Action: 'ListVSYS',
  Version: '2011-01-31',
  Locale: 'en',
  AccessKeyId: accessKeyId,
  Signature: signature,
  ...more,
});
const get = async (fields: Record<string, string>) =>
  answerOf(
    await world()
      .http()
      .get(`${endpoint}?${new URLSearchParams(fields).toString()}`),
  );

describe('docs/fgcp-compatibility.md', () => {
  it('has a row for each operation that there is', async () => {
    const page = await readFile(join(import.meta.dirname, '../../../docs/fgcp-compatibility.md'), 'utf8');
    const rows = [...page.matchAll(/^\| ([A-Z]\w+) +\| 20\d\d/gm)].map(([, name]) => name ?? '');
    expect(rows.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(world().app.get(FgcpRegistry).names);
  });
});

describe('the endpoint', () => {
  it('takes queries and documents, with no header that says what they are', async () => {
    expect(await get(fieldsOf(sign(user.privateKey)))).toMatchObject({
      action: 'ListVSYS',
      status: 'SUCCESS',
    });
    const posted = await fetch(`${await world().app.getUrl()}${endpoint}`, {
      method: 'POST',
      body: Buffer.from(documentOf(fieldsOf(sign(user.privateKey)))),
    });
    expect(posted.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(answerOf({ status: posted.status, text: await posted.text() }).status).toBe('SUCCESS');
  });

  it('takes the same access key again, and one that was wrapped', async () => {
    const signature = sign(user.privateKey);
    for (let time = 0; time < 3; time += 1) expect((await get(fieldsOf(signature))).status).toBe('SUCCESS');
    const { createSign } = await import('node:crypto');
    const wrapped = `${Buffer.from(`CET&${Date.now()}&1.0&SHA1withRSA`).toString('base64')}\n`;
    const of = createSign('RSA-SHA1').update(wrapped).sign(user.privateKey, 'base64');
    expect((await get(fieldsOf({ accessKeyId: wrapped, signature: `${of}\n` }))).status).toBe('SUCCESS');
  });

  it.each([
    ['a signature of somebody else', {}, 'verify error'],
    ['an old access key', { at: Date.now() - 3_600_000 }, 'API-Server time'],
  ])('refuses %s', async (_what, { at }: { at?: number }, words) => {
    const { generateKeyPairSync } = await import('node:crypto');
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key =
      at === undefined ? String(other.privateKey.export({ type: 'pkcs8', format: 'pem' })) : user.privateKey;
    const answer = await get(fieldsOf(sign(key, 'SHA1', at)));
    expect(answer).toMatchObject({ action: 'OViSS', status: 'VALIDATION_ERROR' });
    expect(answer.message).toContain(words);
  });

  it('says what it cannot do', async () => {
    const signature = sign(user.privateKey);
    expect(await get(fieldsOf(signature, { Action: 'ListVNet' }))).toMatchObject({
      status: 'UNSUPPORT_ERROR',
      message: 'Unable to use the specified API',
    });
    for (const odd of [{ Action: 'Nonsense' }, { Version: '1999-01-01' }, { Action: '__proto__' }])
      expect((await get(fieldsOf(signature, odd))).message).toMatch(/^API to the Version/);
    expect(await get(fieldsOf(signature, { Locale: 'xx' }))).toMatchObject({ status: 'VALIDATION_ERROR' });
    expect((await get(fieldsOf(signature, { Locale: 'ja' }))).message).toBe('処理が完了しました。');
  });

  it('answers 200 to whatever comes', async () => {
    const http = world().http();
    for (const body of ['nonsense', '<a', '--', `<OViSSRequest>${'x'.repeat(600_000)}</OViSSRequest>`])
      expect(
        answerOf(await http.post(endpoint).set('Content-Type', 'application/json').send(body)).status,
      ).not.toBe('SUCCESS');
  });
});

describe('who may', () => {
  it('decides as everywhere: by roles, by user, by certificate', async () => {
    const monitor = await newFgcpUser(world(), world().demoToken, ['monitor']);
    const client = new FgcpClient(world(), monitor);
    expect((await client.send('ListVSYS')).status).toBe('SUCCESS');
    expect(await client.send('CreateVSYS', { vsysName: 'x', vsysDescriptorId: 'y' })).toMatchObject({
      status: 'ACCESS_NOT_PERMIT',
      message: expect.stringContaining("User doesn't have the right of access."),
    });
  });

  it('refuses certificates that were revoked, and users who are disabled', async () => {
    const admin = world().as(world().demoToken);
    for (const end of [
      async ({ certificateId }: FgcpUser) => admin.delete(`/v1/certificates/${certificateId}`),
      async ({ id }: FgcpUser) => admin.patch(`/v1/users/${id}`).send({ state: 'disabled' }),
    ]) {
      const leaver = await newFgcpUser(world(), world().demoToken);
      expect((await end(leaver)).status).toBeLessThan(300);
      expect((await new FgcpClient(world(), leaver).send('ListVSYS')).status).toBe('VALIDATION_ERROR');
    }
  });

  it('takes SHA-1 only where the organization does', async () => {
    const admin = world().as(world().demoToken);
    const path = `/v1/organizations/${world().demo.organizationId}/signatures`;
    expect((await admin.get(path)).body).toEqual({ sha1: 'default' });
    expect((await admin.put(path).send({ sha1: 'refuse' })).status).toBe(200);
    const fresh = await newFgcpUser(world(), world().demoToken);
    expect(await get(fieldsOf(sign(fresh.privateKey)))).toMatchObject({
      status: 'VALIDATION_ERROR',
      message: 'SHA1withRSA is not accepted here. Sign with SHA256withRSA.',
    });
    expect((await get(fieldsOf(sign(fresh.privateKey, 'SHA256')))).status).toBe('SUCCESS');
    expect((await admin.put(path).send({ sha1: 'default' })).status).toBe(200);
  });

  it('sees nothing of other organizations', async () => {
    const vdc = world().demo.vdcId;
    const name = newName('mine');
    const created = await world()
      .as(world().demoToken)
      .post('/v1/vsys')
      .send({ name, vdcId: vdc, descriptor: { name: '1-tier' } });
    expect(created.status).toBe(202);
    const { vsysId: id } = created.body as { vsysId: string };
    const stranger = new FgcpClient(world(), await newFgcpUser(world(), world().other.token));
    expect((await stranger.call('ListVSYS')).texts('vsys')).toEqual([]);
    const foreign = await stranger.send('GetVSYSAttributes', { vsysId: id });
    const unknown = await stranger.send('GetVSYSAttributes', { vsysId: 'OTHER001-000000000' });
    expect(foreign.xml).toBe(unknown.xml);
    expect(foreign.message).toBe('A wrong value is set.:[vsysId]');
    const own = new FgcpClient(world(), user);
    expect((await own.call('GetVSYSAttributes', { vsysId: id })).text('vsys', 'vsysName')).toBe(name);
  });
});

describe('certificates', () => {
  it('may be made elsewhere, and once only', async () => {
    const admin = world().as(world().demoToken);
    const register = async (certificate: string) =>
      admin.post(`/v1/users/${user.id}/certificates/register`).send({ certificate });
    expect((await register(user.certificate)).status).toBe(409);
    expect((await register('nonsense')).status).toBe(400);
    const list = await admin.get(`/v1/certificates?user=${user.id}`);
    expect(list.body).toMatchObject({ items: [{ id: user.certificateId, origin: 'issued' }] });
    expect(JSON.stringify(list.body)).not.toContain('PRIVATE');
  });

  it('are issued for keys that their owners keep', async () => {
    const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      publicExponent: new Uint8Array([1, 0, 1]),
      modulusLength: 2048,
    };
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const request = await Pkcs10CertificateRequestGenerator.create({
      name: 'CN=x',
      keys,
      signingAlgorithm: algorithm,
    });
    const issued = await world()
      .as(world().demoToken)
      .post(`/v1/users/${user.id}/certificates`)
      .send({ request: request.toString('pem'), country: 'DE', days: 1 });
    expect(issued.body).toMatchObject({ privateKey: null, subject: expect.stringMatching(/^C=DE\n/) });
    const { X509Certificate } = await import('node:crypto');
    const { certificate, authority } = issued.body as { certificate: string; authority: string };
    expect(new X509Certificate(certificate).verify(new X509Certificate(authority).publicKey)).toBe(true);
  });

  it('are given by nobody to somebody who may do more', async () => {
    const monitor = await world().tokenWith(['monitor']);
    expect((await world().as(monitor).post(`/v1/users/${user.id}/certificates`).send({})).status).toBe(403);
    expect(
      (await world().as(world().other.token).post(`/v1/users/${user.id}/certificates`).send({})).status,
    ).toBe(404);
  });
});
