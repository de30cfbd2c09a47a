/** EFMs that are pairs, have keys from parameters, or are no firewall: changed through either appliance, with keys that stay. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const PEM = join(import.meta.dirname, '../../../libs/efm/test/certificates');
const pem = (name: string): string => readFileSync(join(PEM, `${name}.pem`), 'utf8');
/** RFC 7748, section 6.1. */
const KEYS = {
  private: 'dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=',
  peer: '3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=',
  other: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=',
} as const;

const world = useApi();
const tenant = () => world().as(world().demoToken);
const ids = new Map<string, string>();
const pathOf = (name: string, rest: string): string => `/v1/efms/${ids.get(name) ?? ''}/${rest}`;

beforeAll(async () => {
  const parameters = {
    certificate: pem('www'),
    privateKey: pem('www-key'),
    vpnKey: KEYS.private,
    staffKey: KEYS.peer,
    siteKey: KEYS.other,
  };
  const { vdcId } = world().demo;
  const body = { name: newName('pairs'), vdcId, descriptor: { name: 'secure-shop' }, parameters };
  const { vsysId } = (await tenant().post('/v1/vsys').send(body).expect(202)).body as { vsysId: string };
  const { body: page } = await tenant().get(`/v1/efms?vsys=${vsysId}`).expect(200);
  for (const { id, name } of (page as { items: { id: string; name: string }[] }).items) ids.set(name, id);
});

const configOf = async (name: string) => {
  const { body, headers, text } = await tenant().get(pathOf(name, 'configuration')).expect(200);
  return { config: (body as { config: Record<string, unknown> }).config, etag: headers['etag']!, text };
};

describe('a pair', () => {
  it('has one configuration, changed through either appliance and taken by both', async () => {
    expect((await configOf('fw-2')).etag).toBe((await configOf('fw')).etag);
    const rule = { name: 'ping', from: 'app', to: 'data', protocol: 'icmp' };
    const { body } = await tenant().post(pathOf('fw-2', 'rules?dryRun=true')).send({ rule }).expect(200);
    const appliances = (body as { appliances: { id: string }[] }).appliances.map(({ id }) => id);
    expect(new Set(appliances)).toEqual(new Set([ids.get('fw'), ids.get('fw-2')]));
    await tenant().post(pathOf('fw-2', 'rules')).send({ rule, position: 0 }).expect(202);
    expect((await configOf('fw')).etag).toBe((await configOf('fw-2')).etag);
    const { rules } = (await configOf('fw')).config;
    expect((rules as object[])[0]).toMatchObject({ name: 'ping' });
  });
});

describe('keys from parameters', () => {
  it('are not shown and stay when the configuration comes back without them', async () => {
    for (const name of ['lb', 'vpn']) {
      const { config, etag, text } = await configOf(name);
      expect(text).not.toMatch(/PRIVATE KEY|privateKey|dwdtCnMYpX08/);
      const put = tenant().put(pathOf(name, 'configuration')).set('If-Match', etag);
      const accepted = await put.send({ config }).expect(202);
      expect(accepted.headers['etag']).toBe(etag);
    }
  });

  it('are replaced for the VPN and brought back with an older version', async () => {
    const { config, etag } = await configOf('vpn');
    const path = pathOf('vpn', 'configuration');
    const { body: before } = await tenant().get(path).expect(200);
    const changed = { ...config, privateKey: KEYS.other };
    const accepted = await tenant().put(path).set('If-Match', etag).send({ config: changed }).expect(202);
    expect(accepted.headers['etag']).not.toBe(etag);
    const { body: now } = await tenant().get(path).expect(200);
    expect(now.hash).not.toBe(before.hash);
    await tenant().post(pathOf('vpn', 'versions/1/restore')).expect(202);
    expect((await tenant().get(path).expect(200)).body.hash).toBe(before.hash);
  });

  it('of another certificate are refused, with the place in the configuration', async () => {
    const { body } = await tenant()
      .put(pathOf('lb', 'certificates/shop'))
      .send({ certificate: pem('shop') })
      .expect(422);
    expect(body).toMatchObject({ violations: [{ pointer: '/config/certificates/shop/privateKey' }] });
  });
});

describe('a certificate', () => {
  it('that a listener shows cannot be removed; one that is renewed is shown with its new end', async () => {
    const { body } = await tenant().delete(pathOf('lb-2', 'certificates/shop')).expect(422);
    expect((body as { violations: { pointer: string }[] }).violations[0]?.pointer).toMatch(
      /^\/config\/listeners\/\d+\/certificates\/0$/,
    );
    const renewed = { certificate: pem('shop'), privateKey: pem('shop-key') };
    await tenant().put(pathOf('lb', 'certificates/shop')).send(renewed).expect(202);
    const listed = await tenant().get(pathOf('lb-2', 'certificates')).expect(200);
    expect(listed.body).toMatchObject({ items: [{ name: 'shop', facts: { names: ['shop.example'] } }] });
    const ended = { certificate: pem('old'), privateKey: pem('shop-key') };
    await tenant().put(pathOf('lb', 'certificates/shop')).send(ended).expect(422);
  });
});
