/** Callers with access tokens of an identity provider: who they are is said there, what they may do is said here. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { OidcTokens } from '../src/http/oidc-tokens.js';
import { useApi } from './api-fixture.js';

const AUDIENCE = 'https://openvsys.test';
const provider = await startProvider();
const world = useApi(undefined, undefined, {
  issuer: provider.issuer,
  audience: AUDIENCE,
  newKeysPauseMs: 300,
});
afterAll(() => provider.close());

/** An identity provider with discovery and keys that change. */
async function startProvider() {
  const state = { isDown: false, fetched: 0, keys: [await newKey('first')] };
  const server = createServer((request, response) => {
    if (state.isDown) return void response.writeHead(503).end();
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      return void response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }));
    }
    state.fetched += 1;
    response.end(JSON.stringify({ keys: state.keys.map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sign = async (claims: JWTPayload, key = state.keys[0]!): Promise<string> =>
    new SignJWT({ iss: issuer, aud: AUDIENCE, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: key.jwk.kid ?? '' })
      .setIssuedAt()
      .setExpirationTime(claims.exp ?? '5m')
      .sign(key.privateKey);
  return { issuer, state, sign, close: () => server.close() };
}

async function newKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

const addUser = async (name: string, subject: string, roles: readonly string[]): Promise<string> => {
  const { body } = await world()
    .as(world().demoToken)
    .post('/v1/users')
    .send({ name, subject, roles })
    .expect(201);
  expect(body).toMatchObject({ name, subject });
  return body.id;
};

describe('a token of the identity provider', () => {
  it('opens the API for the user whose subject it names, with that user’s roles only', async () => {
    await addUser('ada', 'sub-ada', ['monitor']);
    const ada = world().as(await provider.sign({ sub: 'sub-ada', roles: ['provider-admin'] }));
    const { body } = await ada.get('/v1/vdcs').expect(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([world().demo.vdcId]);
    await ada
      .post('/v1/users')
      .send({ name: 'x', roles: ['monitor'] })
      .expect(403);
    await ada.get('/v1/pools').expect(403);
  });

  it('is refused for whatever is not exactly right about it, without a word about what', async () => {
    const stranger = await newKey('first');
    const inThePast = Math.floor(Date.now() / 1000) - 3_600;
    const ours = { sub: 'sub-ada' };
    const unsigned = `${base64({ alg: 'none' })}.${base64({ ...ours, iss: provider.issuer, aud: AUDIENCE, exp: 4e9 })}.`;
    const wrong = [
      await provider.sign({ sub: 'sub-nobody' }),
      await provider.sign({}),
      await provider.sign({ ...ours, aud: 'https://somebody-else.test' }),
      await provider.sign({ ...ours, iss: 'https://evil.test' }),
      await provider.sign({ ...ours, exp: inThePast }),
      await provider.sign({ ...ours, nbf: Math.floor(Date.now() / 1000) + 3_600 }),
      await provider.sign(ours, stranger),
      `${await provider.sign(ours)}x`,
      unsigned,
      `${unsigned}AAAA`,
      await new SignJWT({ ...ours, iss: provider.issuer, aud: AUDIENCE, exp: 4e9 })
        .setProtectedHeader({ alg: 'HS256', kid: 'first' })
        .sign(new TextEncoder().encode(JSON.stringify(provider.state.keys[0]!.jwk))),
    ];
    for (const token of wrong) {
      const { body } = await world().as(token).get('/v1/vdcs').expect(401);
      expect(body).toMatchObject({ code: 'unauthenticated', detail: 'The request carries no valid token.' });
    }
  });

  it('goes on when the provider changes its keys, and asks for them rarely whatever is sent', async () => {
    await world()
      .as(await provider.sign({ sub: 'sub-ada' }))
      .get('/v1/vdcs')
      .expect(200);
    const [old, next] = [provider.state.keys[0]!, await newKey('second')];
    provider.state.keys = [next];
    const stranger = await newKey('third');
    const before = provider.state.fetched;
    const forged = await Promise.all(
      Array.from({ length: 20 }, async () =>
        provider.sign({ sub: 'sub-ada', jti: String(Math.random()) }, stranger),
      ),
    );
    await Promise.all(forged.map(async (token) => world().as(token).get('/v1/vdcs').expect(401)));
    expect(provider.state.fetched - before).toBeLessThanOrEqual(1);
    const fresh = await provider.sign({ sub: 'sub-ada' }, next);
    await expect
      .poll(async () => (await world().as(fresh).get('/v1/vdcs')).status, { timeout: 10_000 })
      .toBe(200);
    const stale = await provider.sign({ sub: 'sub-ada', jti: 'signed with the key that is gone' }, old);
    await world().as(stale).get('/v1/vdcs').expect(401);
  });

  it('ends with the user: disabled, or without the subject', async () => {
    const id = await addUser('bob', 'sub-bob', ['monitor']);
    const admin = world().as(world().demoToken);
    const bob = world().as(await provider.sign({ sub: 'sub-bob' }));
    await bob.get('/v1/vdcs').expect(200);
    await admin.patch(`/v1/users/${id}`).send({ state: 'disabled' }).expect(200);
    await bob.get('/v1/vdcs').expect(401);
    await admin.patch(`/v1/users/${id}`).send({ state: 'active', subject: 'sub-bobby' }).expect(200);
    await bob.get('/v1/vdcs').expect(401);
    const { body } = await admin.patch(`/v1/users/${id}`).send({ subject: '' }).expect(200);
    expect(body.subject).toBeNull();
  });

  it('belongs to one user', async () => {
    await addUser('eve', 'sub-eve', ['monitor']);
    const admin = world().as(world().demoToken);
    const taken = await admin
      .post('/v1/users')
      .send({ name: 'mallory', subject: 'sub-eve', roles: ['monitor'] });
    expect([taken.status, taken.body.pointer]).toEqual([409, '/subject']);
    await admin
      .post('/v1/users')
      .send({ name: 'mallory', subject: 'two words', roles: ['monitor'] })
      .expect(400);
  });

  it('waits for a provider that is away, without hindering other tokens', async () => {
    const away = new OidcTokens({ issuer: 'http://127.0.0.1:1', audience: AUDIENCE }, world().database);
    await expect(away.find(await provider.sign({ sub: 'sub-ada' }))).rejects.toMatchObject({
      code: 'unavailable',
      retry: 'same',
    });
    provider.state.isDown = true;
    await world().as(world().demoToken).get('/v1/vdcs').expect(200);
    await world()
      .as(await provider.sign({ sub: 'sub-ada', jti: 'known key' }))
      .get('/v1/vdcs')
      .expect(200);
  });
});

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
