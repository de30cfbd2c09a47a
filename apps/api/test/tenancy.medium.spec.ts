/** Organizations, VDCs, tokens, quotas, descriptors, catalogue, events. */
import { describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';

const world = useApi();
const provider = () => world().as(world().providerToken);
const demo = () => world().as(world().demoToken);
const namesOf = (body: { items: { name: string }[] }): string[] => body.items.map(({ name }) => name);

const BLUEPRINT = (version: string, type = 'standard.small') => `apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: blog, version: ${version} }
parameters:
  password: { type: string, secret: true, minLength: 8 }
vnets: { app: { cidr: 10.0.0.0/24 } }
vservers:
  web: { type: ${type}, image: debian-13, nics: [{ vnet: app }], userData: 'password=\${password}' }
`;

describe('organizations', () => {
  it('are created by the provider, with a token that works', async () => {
    const made = await provider()
      .post('/v1/organizations')
      .send({ contract: 'ACME0001', name: 'ACME' })
      .expect(201);
    expect(made.body).toMatchObject({
      contract: 'ACME0001',
      timeZone: 'UTC',
      currency: 'EUR',
      state: 'active',
    });
    const token = await provider()
      .post('/v1/tokens')
      .send({ name: 'first', roles: ['org-admin'], organizationId: made.body.id })
      .expect(201);
    const me = await world().as(token.body.token).get('/v1/whoami').expect(200);
    expect(me.body).toMatchObject({
      contract: 'ACME0001',
      roles: ['org-admin'],
      organizationId: made.body.id,
    });
    const own = await world().as(token.body.token).get('/v1/organizations').expect(200);
    expect(namesOf(own.body)).toEqual(['ACME']);
    const twice = await provider()
      .post('/v1/organizations')
      .send({ contract: 'ACME0001', name: 'B' })
      .expect(409);
    expect(twice.body).toMatchObject({ code: 'conflict', pointer: '/contract' });
    const zone = await provider()
      .post('/v1/organizations')
      .send({ contract: 'ACME0002', name: 'B', timeZone: 'Mars/Olympus' })
      .expect(400);
    expect(zone.body.pointer).toBe('/timeZone');
    await demo().post('/v1/organizations').send({ contract: 'ACME0003', name: 'C' }).expect(403);
  });

  it('page by key', async () => {
    const first = await provider().get('/v1/organizations?limit=1').expect(200);
    expect(first.body.items).toHaveLength(1);
    const second = await provider()
      .get(`/v1/organizations?limit=1&cursor=${first.body.nextCursor}`)
      .expect(200);
    expect(second.body.items[0].contract > first.body.items[0].contract).toBe(true);
  });
});

describe('lists of VSYS', () => {
  it('page by key without gap or repeat while new ones come', async () => {
    const create = async (name: string) =>
      demo()
        .post('/v1/vsys')
        .send({ name, vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } })
        .expect(202);
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) await create(name);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { items: { name: string }[]; nextCursor: string | null } } = await demo()
        .get(`/v1/vsys?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`)
        .expect(200);
      seen.push(...namesOf(page.body));
      cursor = page.body.nextCursor;
      if (seen.length === 2) await create('p6');
    } while (cursor !== null);
    expect(seen).toEqual(['p5', 'p4', 'p3', 'p2', 'p1']);
    const foreign = await demo().get('/v1/vsys?limit=1').expect(200);
    await demo().get(`/v1/operations?cursor=${foreign.body.nextCursor}`).expect(400);
  });
});

describe('VDCs', () => {
  it('are made, renamed and, when nothing ever was in them, deleted', async () => {
    const made = await demo().post('/v1/vdcs').send({ name: 'test' }).expect(201);
    await demo().post('/v1/vdcs').send({ name: 'test' }).expect(409);
    const renamed = await demo().patch(`/v1/vdcs/${made.body.id}`).send({ name: 'staging' }).expect(200);
    expect(renamed.body.name).toBe('staging');
    await demo().delete(`/v1/vdcs/${made.body.id}`).expect(204);
    await demo().get(`/v1/vdcs/${made.body.id}`).expect(404);
    const used = await demo().delete(`/v1/vdcs/${world().demo.vdcId}`).expect(409);
    expect(used.body.code).toBe('conflict');
    await provider().post('/v1/vdcs').send({ name: 'x' }).expect(400);
  });
});

describe('tokens', () => {
  it('never give more than their maker may do', async () => {
    const operator = world().as(await world().tokenWith(['operator']));
    await operator
      .post('/v1/tokens')
      .send({ name: 'x', roles: ['monitor'] })
      .expect(403);
    const up = await demo()
      .post('/v1/tokens')
      .send({ name: 'x', roles: ['provider-admin'] })
      .expect(403);
    expect(up.body).toMatchObject({ pointer: '/roles', details: { refused: ['provider-admin'] } });
    const bound = world().as(await world().tokenWith(['org-admin'], [world().demo.vdcId]));
    const wide = await bound
      .post('/v1/tokens')
      .send({ name: 'x', roles: ['monitor'] })
      .expect(403);
    expect(wide.body.pointer).toBe('/vdcIds');
    await provider()
      .post('/v1/tokens')
      .send({ name: 'x', roles: ['provider-admin'], organizationId: world().demo.organizationId })
      .expect(403);
  });

  it('end when they say', async () => {
    const expiresAt = new Date(Date.now() - 1_000).toISOString();
    const token = await demo()
      .post('/v1/tokens')
      .send({ name: 'past', roles: ['monitor'], expiresAt })
      .expect(201);
    await world().as(token.body.token).get('/v1/whoami').expect(401);
    const list = await demo().get('/v1/tokens').expect(200);
    expect(list.text).not.toContain(token.body.token);
    expect(namesOf(list.body)).toContain('past');
  });
});

describe('quotas', () => {
  it('of organizations are set by the provider, of VDCs by the organization', async () => {
    const { organizationId, vdcId } = world().demo;
    const limits = [{ resource: 'vserver', limit: 50 }];
    const set = await provider()
      .put(`/v1/organizations/${organizationId}/quotas`)
      .send({ limits })
      .expect(200);
    expect(set.body.items.find(({ resource }: { resource: string }) => resource === 'vserver')).toMatchObject(
      { limit: 50 },
    );
    expect(set.body.items.find(({ resource }: { resource: string }) => resource === 'vcpu')).toMatchObject({
      limit: null,
    });
    await demo().put(`/v1/organizations/${organizationId}/quotas`).send({ limits: [] }).expect(403);
    await demo().put(`/v1/vdcs/${vdcId}/quotas`).send({ limits }).expect(200);
    const own = await demo().get('/v1/quotas').expect(200);
    expect(
      own.body.items.find(({ resource }: { resource: string }) => resource === 'vsys').used,
    ).toBeGreaterThan(0);
    await demo()
      .put(`/v1/vdcs/${vdcId}/quotas`)
      .send({ limits: [{ resource: 'gold', limit: 1 }] })
      .expect(400);
    await demo().put(`/v1/vdcs/${vdcId}/quotas`).send({ limits: [] }).expect(200);
    await provider().put(`/v1/organizations/${organizationId}/quotas`).send({ limits: [] }).expect(200);
  });
});

describe('descriptors', () => {
  it('are checked, stored, found and never changed', async () => {
    const yaml = async (path: string, text: string) =>
      demo().post(path).set('Content-Type', 'application/yaml').send(text);
    const checked = await yaml('/v1/descriptors/validate', BLUEPRINT('1.0.0'));
    expect([checked.status, checked.body.name]).toEqual([200, 'blog']);
    expect((await demo().get('/v1/descriptors/blog')).status).toBe(404);
    const wrong = await yaml('/v1/descriptors/validate', BLUEPRINT('1.0.0').replace('vnet: app', 'vnet: ap'));
    expect(wrong.status).toBe(422);
    expect(wrong.body.violations[0]).toMatchObject({
      pointer: '/vservers/web/nics/0/vnet',
      line: expect.any(Number),
    });
    const stored = await yaml('/v1/descriptors', BLUEPRINT('1.0.0'));
    expect([stored.status, stored.body.shared]).toEqual([201, false]);
    const again = await yaml('/v1/descriptors', BLUEPRINT('1.0.0'));
    expect(again.body.id).toBe(stored.body.id);
    const changed = await yaml('/v1/descriptors', BLUEPRINT('1.0.0', 'standard.large'));
    expect([changed.status, changed.body.code]).toEqual([409, 'conflict']);
    const json = await demo()
      .post('/v1/descriptors')
      .send({ source: BLUEPRINT('1.1.0') })
      .expect(201);
    expect(json.body.version).toBe('1.1.0');
    const newest = await demo().get('/v1/descriptors/blog').expect(200);
    expect(newest.body).toMatchObject({ version: '1.1.0', source: BLUEPRINT('1.1.0') });
    const versions = await demo().get('/v1/descriptors/blog/versions').expect(200);
    expect(versions.body.items.map(({ version }: { version: string }) => version)).toEqual([
      '1.1.0',
      '1.0.0',
    ]);
    const list = await demo().get('/v1/descriptors').expect(200);
    expect(namesOf(list.body)).toEqual(expect.arrayContaining(['blog', 'three-tier']));
    const theirs = await world().as(world().other.token).get('/v1/descriptors').expect(200);
    expect(namesOf(theirs.body)).not.toContain('blog');
    await demo().post('/v1/descriptors').send({}).expect(400);
  });

  it('keep secret parameters to themselves', async () => {
    const request = { name: 'blog', vdcId: world().demo.vdcId, parameters: { password: 'canary-8765' } };
    const made = await demo()
      .post('/v1/vsys')
      .send({ ...request, source: BLUEPRINT('2.0.0') })
      .expect(202);
    const shown = await demo().get(`/v1/vsys/${made.body.vsysId}`).expect(200);
    expect(shown.body).toMatchObject({ descriptor: null, parameters: { password: null } });
    expect(shown.text).not.toContain('canary-8765');
    expect(world().log.join('\n')).not.toContain('canary-8765');
    const wrong = await demo()
      .post('/v1/vsys')
      .send({ ...request, parameters: { password: 'canary' }, source: BLUEPRINT('2.0.0') })
      .expect(422);
    expect(wrong.text).not.toContain('canary');
  });
});

describe('the catalogue', () => {
  it.each(['server-types', 'images', 'prices', 'zones'])('lists %s in pages', async (list) => {
    const first = await demo().get(`/v1/${list}?limit=1`).expect(200);
    expect(first.body.items).toHaveLength(1);
    if (first.body.nextCursor === null) return;
    const second = await demo().get(`/v1/${list}?limit=1&cursor=${first.body.nextCursor}`).expect(200);
    expect(second.body.items[0]).not.toEqual(first.body.items[0]);
  });
});

describe('parts and events', () => {
  it('are listed and shown', async () => {
    const request = { name: 'parts', vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
    const made = await demo().post('/v1/vsys').send(request).expect(202);
    const query = `vsys=${made.body.vsysId}`;
    for (const [list, count] of [
      ['vservers', 5],
      ['vdisks', 1],
      ['vnets', 3],
      ['public-ips', 1],
    ] as const) {
      const { body } = await demo().get(`/v1/${list}?${query}`).expect(200);
      expect(body.items).toHaveLength(count);
      expect((await demo().get(`/v1/${list}/${body.items[0].id}`).expect(200)).body).toEqual(body.items[0]);
    }
    const efms = await demo().get(`/v1/efms?${query}`).expect(200);
    expect(efms.body.items.map(({ kind }: { kind: string }) => kind)).toEqual(['firewall', 'load-balancer']);
    const config = await demo().get(`/v1/efms/${efms.body.items[0].id}/configuration`).expect(200);
    expect(config.body).toMatchObject({ version: 1, hash: efms.body.items[0].configHash });
    expect(Object.keys(config.body.rendered)).not.toEqual([]);
    const events = await demo().get(`/v1/events?${query}`).expect(200);
    expect(events.body.items[0]).toMatchObject({
      type: 'operation.queued',
      resource: made.body.operation.id,
    });
  });
});
