/** What administrators do beside systems: users, the audit, invariants, operations that do not get on. */
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const admin = () => world().as(world().demoToken);
const provider = () => world().as(world().providerToken);

async function newUser(roles: readonly string[], more: object = {}) {
  const name = newName('user');
  return (
    await admin()
      .post('/v1/users')
      .send({ name, roles, ...more })
      .expect(201)
  ).body;
}

async function tokenOf(userId: string, roles: readonly string[]): Promise<string> {
  const created = await admin().post('/v1/tokens').send({ name: 'laptop', roles, userId }).expect(201);
  return created.body.token;
}

describe('users', () => {
  it('act by tokens that give no more than they have', async () => {
    const user = await newUser(['operator', 'billing'], { email: 'ada@example.com' });
    expect(user).toMatchObject({ state: 'active', vdcIds: null, email: 'ada@example.com' });
    const token = await tokenOf(user.id, ['operator']);
    const me = (await world().as(token).get('/v1/whoami').expect(200)).body;
    expect(me).toMatchObject({ actor: `user:${user.id}`, roles: ['operator'] });
    const more = { name: 'more', roles: ['operator', 'designer'], userId: user.id };
    const refused = await admin().post('/v1/tokens').send(more).expect(403);
    expect(refused.body).toMatchObject({ pointer: '/roles', details: { refused: ['designer'] } });
  });

  it('lose with all their tokens what is taken from them, and get it back', async () => {
    const user = await newUser(['designer', 'monitor']);
    const token = await tokenOf(user.id, ['designer', 'monitor']);
    const rolesNow = async () => (await world().as(token).get('/v1/whoami')).body.roles;
    expect(await rolesNow()).toEqual(['designer', 'monitor']);
    await admin()
      .patch(`/v1/users/${user.id}`)
      .send({ roles: ['monitor'] })
      .expect(200);
    expect(await rolesNow()).toEqual(['monitor']);
    await admin().patch(`/v1/users/${user.id}`).send({ state: 'disabled' }).expect(200);
    await world().as(token).get('/v1/whoami').expect(401);
    await admin().patch(`/v1/users/${user.id}`).send({ state: 'active' }).expect(200);
    await world().as(token).get('/v1/whoami').expect(200);
  });

  it('see only the VDCs that both they and their token are bound to', async () => {
    const second = (
      await admin()
        .post('/v1/vdcs')
        .send({ name: newName('vdc') })
        .expect(201)
    ).body;
    const user = await newUser(['monitor'], { vdcIds: [second.id] });
    const token = await tokenOf(user.id, ['monitor']);
    const vdcs = async () =>
      (await world().as(token).get('/v1/vdcs').expect(200)).body.items.map((vdc: { id: string }) => vdc.id);
    expect(await vdcs()).toEqual([second.id]);
    await admin()
      .patch(`/v1/users/${user.id}`)
      .send({ vdcIds: [world().demo.vdcId] })
      .expect(200);
    expect(await vdcs()).toEqual([world().demo.vdcId]);
    await admin().patch(`/v1/users/${user.id}`).send({ vdcIds: [] }).expect(200);
    expect(await vdcs()).toEqual(expect.arrayContaining([second.id, world().demo.vdcId]));
  });

  it('are no way to more than one has oneself', async () => {
    const refusal = await admin()
      .post('/v1/users')
      .send({ name: 'root', roles: ['provider-admin'] })
      .expect(403);
    expect(refusal.body.pointer).toBe('/roles');
    const bound = await world().tokenWith(['org-admin'], [world().demo.vdcId]);
    const unbound = { name: newName('user'), roles: ['monitor'] };
    await world().as(bound).post('/v1/users').send(unbound).expect(403);
    const boss = await newUser(['org-admin']);
    const change = { state: 'disabled' };
    const ofBound = await world().as(bound).patch(`/v1/users/${boss.id}`).send(change).expect(403);
    expect(ofBound.body.pointer).toBe('/vdcIds');
    const own = world().as(await tokenOf(boss.id, ['org-admin']));
    await own.patch(`/v1/users/${boss.id}`).send(change).expect(409);
  });

  it('have one name each, and belong to one organization', async () => {
    const user = await newUser(['monitor']);
    const again = { name: user.name, roles: ['monitor'] };
    await admin().post('/v1/users').send(again).expect(409);
    const other = world().as(world().other.token);
    await other.post('/v1/users').send(again).expect(201);
    await other.patch(`/v1/users/${user.id}`).send({ state: 'disabled' }).expect(404);
    const stolen = { name: 'x', roles: ['monitor'], userId: user.id };
    await other.post('/v1/tokens').send(stolen).expect(404);
    expect((await other.get('/v1/users').expect(200)).body.items).toHaveLength(1);
    await admin().patch(`/v1/users/${user.id}`).send({}).expect(400);
    await admin()
      .post('/v1/users')
      .send({ ...again, name: 'Not A Name' })
      .expect(400);
  });

  it('have roles that say what they permit', async () => {
    const roles = (await admin().get('/v1/roles').expect(200)).body.items;
    const monitor = roles.find(({ name }: { name: string }) => name === 'monitor');
    expect(monitor).toMatchObject({
      isForProvider: false,
      permissions: expect.arrayContaining(['vsys:read']),
    });
  });
});

describe('tokens', () => {
  it('of a suspended organization go on for looking, stopping and deleting', async () => {
    const other = world().as(world().other.token);
    const order = { name: newName('theirs'), vdcId: world().other.vdcId, descriptor: { name: '1-tier' } };
    const made = await other.post('/v1/vsys').send(order).expect(202);
    const body = { name: 'unused before', roles: ['org-admin'] };
    const { token } = (await other.post('/v1/tokens').send(body).expect(201)).body;
    const path = `/v1/organizations/${world().other.organizationId}`;
    await provider().post(`${path}/suspend`).send({ reason: 'bill' }).expect(200);
    await world().as(token).get(`/v1/vsys/${made.body.vsysId}`).expect(200);
    await world().as(token).post('/v1/vsys').send(order).expect(409);
    const deleted = await world().as(token).delete(`/v1/vsys/${made.body.vsysId}`).expect(202);
    expect(deleted.body.operation.kind).toBe('vsys.delete');
    await provider().post(`${path}/activate`).send({ reason: 'paid' }).expect(200);
  });
});

describe('the audit', () => {
  it('keeps who did what and why', async () => {
    const name = newName('vdc');
    const created = await admin()
      .post('/v1/vdcs')
      .set('OpenVSYS-Reason', encodeURIComponent('Ticket 4711: für Montag'))
      .send({ name })
      .expect(201);
    const found = await admin().get(`/v1/audit?resource=${created.body.id}`).expect(200);
    expect(found.body.items).toMatchObject(
      [{ verb: 'vdc.create', reason: 'Ticket 4711: für Montag', detail: { name }, actor: /^token:/ }].map(
        (entry) => ({ ...entry, actor: expect.stringMatching(entry.actor) }),
      ),
    );
    for (const reason of ['%zz', '%20', 'x'.repeat(501), 'a%0Ab'])
      await admin()
        .post('/v1/vdcs')
        .set('OpenVSYS-Reason', reason)
        .send({ name: newName('vdc') })
        .expect(400);
  });

  it('pages and filters', async () => {
    const page = (await admin().get('/v1/audit?verb=vdc.create&limit=1').expect(200)).body;
    expect(page.items).toHaveLength(1);
    const next = await admin().get(`/v1/audit?verb=vdc.create&limit=1&cursor=${page.nextCursor}`).expect(200);
    expect(next.body.items[0].position).toBeLessThan(page.items[0].position);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await admin().get(`/v1/audit?from=${later}`).expect(200)).body.items).toEqual([]);
  });

  it('shows each tenant its own and no part of it to who is bound to VDCs', async () => {
    await admin().get(`/v1/audit?organization=${world().other.organizationId}`).expect(404);
    const bound = world().as(await world().tokenWith(['org-admin'], [world().demo.vdcId]));
    await bound.get('/v1/audit').expect(403);
    await bound.get('/v1/audit/verification').expect(403);
    const own = (await admin().get('/v1/audit/verification').expect(200)).body;
    expect(own.chains.map((chain: { organizationId: string }) => chain.organizationId)).toEqual([
      world().demo.organizationId,
    ]);
  });

  it('is proved whole, knows its older hashes, and shows what was changed in it', async () => {
    const whole = (await provider().get('/v1/audit/verification').expect(200)).body;
    expect(whole).toMatchObject({ isIntact: true });
    const demo = whole.chains.find(
      (chain: { organizationId: string }) => chain.organizationId === world().demo.organizationId,
    );
    const anchored = await admin().get(`/v1/audit/verification?anchor=${demo.head}`).expect(200);
    expect(anchored.body).toMatchObject({ isIntact: true, chains: [{ anchorPosition: demo.entries }] });
    const unknown = await admin()
      .get(`/v1/audit/verification?anchor=${'0'.repeat(64)}`)
      .expect(200);
    expect(unknown.body.isIntact).toBe(false);
    await admin().get('/v1/audit/verification?anchor=short').expect(400);

    await world().database.transaction(async (session) => {
      await session.change('ALTER TABLE audit DISABLE TRIGGER audit_is_append_only');
      await session.change(`UPDATE audit SET actor = 'nobody' WHERE chain = $1 AND position = 2`, [
        world().demo.organizationId,
      ]);
      await session.change('ALTER TABLE audit ENABLE TRIGGER audit_is_append_only');
    });
    const changed = (await admin().get('/v1/audit/verification').expect(200)).body;
    expect(changed).toMatchObject({
      isIntact: false,
      chains: [{ broken: { kind: 'changed', position: 2 } }],
    });
  });
});

describe('invariants', () => {
  it('all hold, and a breach says what it means and what to do', async () => {
    const healthy = (await provider().get('/v1/invariants').expect(200)).body;
    expect(healthy.isHealthy).toBe(true);
    expect(healthy.items.length).toBeGreaterThanOrEqual(11);
    for (const { explanation, repair } of healthy.items)
      expect([explanation.length > 20, repair.length > 0]).toEqual([true, true]);
    const user = await newUser(['monitor']);
    const token = uuidv7();
    await world().database.session(async (session) =>
      session.change(
        `INSERT INTO api_token (id, organization_id, user_id, name, token_hash, roles, created_at)
         VALUES ($1, $2, $3, 'stolen', sha256('x'), '{monitor}', now())`,
        [token, world().other.organizationId, user.id],
      ),
    );
    const broken = (await provider().get('/v1/invariants').expect(200)).body;
    expect(broken.isHealthy).toBe(false);
    const [found] = broken.items.filter(({ count }: { count: number }) => count > 0);
    expect(found).toMatchObject({ name: 'tokens-stay-at-home', count: 1, examples: [token] });
    await admin().get('/v1/invariants').expect(403);
  });
});

describe('operations that do not get on', () => {
  it('are found by how long nothing was begun or ended for them', async () => {
    const created = await admin()
      .post('/v1/vsys')
      .send({ name: newName('stuck'), vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } })
      .expect(202);
    const id = created.body.operation.id;
    const stuckFor = async (seconds: number) =>
      (await admin().get(`/v1/operations?stuckForSeconds=${seconds}`).expect(200)).body.items.map(
        (operation: { id: string }) => operation.id,
      );
    expect(await stuckFor(3_600)).not.toContain(id);
    await world().database.session(async (session) =>
      session.change(`UPDATE operation SET created_at = created_at - interval '2 hours' WHERE id = $1`, [id]),
    );
    expect(await stuckFor(3_600)).toContain(id);
    expect(await stuckFor(3 * 3_600)).not.toContain(id);
    await world().database.session(async (session) =>
      session.change(
        `INSERT INTO action (id, operation_id, vsys_id, part, kind, key, attempt, action, epoch, created_at)
         VALUES ($1, $2, $3, 'p', 'k', 'k', 1, '{}', 1, now())`,
        [uuidv7(), id, created.body.vsysId],
      ),
    );
    expect(await stuckFor(3_600)).not.toContain(id);
    await admin().get('/v1/operations?stuckForSeconds=0').expect(400);
  });
});
