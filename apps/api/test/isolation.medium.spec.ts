/**
 * Tenants never see each other, and roles hold: both checked on every route that the API document names, so a new route cannot
 * be forgotten.
 */
import type { OpenAPIObject } from '@nestjs/swagger';
import { can, PERMISSIONS, PERMISSIONS_OF, ROLES, type Permission, type Role } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { documentWithoutService } from '../src/documentation/document-app.js';
import { newName, type TokenRequests, useApi } from './api-fixture.js';

const world = useApi();
const document: OpenAPIObject = await documentWithoutService();

interface Route {
  readonly method: keyof TokenRequests;
  readonly path: string;
  readonly permission: Permission | undefined;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const routes: Route[] = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method];
    if (operation === undefined) return [];
    const permission = PERMISSIONS.find((each) => each === Reflect.get(operation, 'x-permission'));
    return [{ method, path, permission }];
  }),
);

/** The secret in its path is all that it asks for. */
const DOWNLOAD = '/v1/image-downloads/{downloadSecret}';

/** A body that gets past validation, so that the id in the path decides. */
const BODIES: Readonly<Record<string, object>> = {
  'patch /v1/vsys/{vsysId}': { name: 'mine' },
  'patch /v1/vdisks/{vdiskId}': { sizeGiB: 500 },
  'post /v1/vdisks/{vdiskId}/attach': { vserverId: 'DEMO0001-7K2M9QXPA-S-0003' },
  'patch /v1/efms/{vserverId}': { type: 'efm.large' },
  'post /v1/vservers/{vserverId}/nics': { vnetId: 'DEMO0001-7K2M9QXPA-N-DMZ' },
  'put /v1/vdcs/{vdcId}/network-settings': { addressSpace: ['10.0.0.0/8'], reuseMinutes: 5 },
  'post /v1/vdcs/{vdcId}/public-addresses': { name: 'mine' },
  'post /v1/public-addresses/{allocationId}/attach': { vsysId: 'DEMO0001-7K2M9QXPA', name: 'mine' },
  'patch /v1/vservers/{vserverId}': { type: 'standard.medium' },
  'post /v1/vnets/{vnetId}/reservations': { first: '10.0.1.77' },
  'post /v1/vsys/{vsysId}/plans': { name: 'mine' },
  'post /v1/efms/{vserverId}/captures': { zone: 'dmz' },
  'put /v1/efms/{vserverId}/configuration': { config: {} },
  'post /v1/efms/{vserverId}/rules': { rule: { name: 'mine' } },
  'patch /v1/efms/{vserverId}/rules/{ruleId}': { rule: { log: true } },
  'put /v1/efms/{vserverId}/members/{memberName}': { state: 'drain' },
  'put /v1/efms/{vserverId}/certificates/{certificateName}': { certificate: 'mine' },
  'post /v1/vsys/{vsysId}/roles/{roleName}/scale': { count: 1 },
  'post /v1/vsys/{vsysId}/rollback': { generation: 1 },
  'post /v1/vsys/{vsysId}/clone': { name: 'mine', contents: 'fresh' },
  'patch /v1/vsys/{vsysId}/settings': { notes: 'mine' },
  'post /v1/vsys/{vsysId}/schedules': { verb: 'stop', cron: '0 18 * * *', timeZone: 'UTC' },
  'put /v1/vdcs/{vdcId}/recycle-bin': { retentionHours: 1 },
  'post /v1/vsys/{vsysId}/snapshots': { name: 'mine' },
  'post /v1/vsys/{vsysId}/snapshots/{snapshotId}/revert': { servers: [] },
  'post /v1/vsys/{vsysId}/reachability': { from: 'internet', to: 'web', protocol: 'icmp' },
  'post /v1/vservers/{vserverId}/export': { format: 'raw' },
  'patch /v1/vdcs/{vdcId}': { name: 'mine' },
  'patch /v1/users/{userId}': { state: 'disabled' },
  'put /v1/vdcs/{vdcId}/quotas': { limits: [] },
  'put /v1/organizations/{organizationId}/quotas': { limits: [] },
  'put /v1/vsys/{vsysId}/quotas': { limits: [] },
  'put /v1/budgets/{budgetId}': { name: 'mine', amount: '1', thresholds: [], atLimit: 'alert' },
  'put /v1/webhooks/{webhookId}': { name: 'mine', url: 'https://hooks.example/' },
  'post /v1/webhooks/{webhookId}/rotate-secret': { overlapSeconds: 0 },
  'post /v1/webhooks/{webhookId}/replay': { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
  'post /v1/quota-requests/{quotaRequestId}/approve': { reason: 'mine' },
  'post /v1/quota-requests/{quotaRequestId}/deny': { reason: 'mine' },
  'post /v1/quota-requests/{quotaRequestId}/withdraw': { reason: 'mine' },
};

/** Ids of the other organization, and ones of the same form that do not exist. */
async function idsOf(): Promise<{ foreign: Record<string, string>; unknown: Record<string, string> }> {
  const { other } = world();
  const api = world().as(other.token);
  const request = { name: newName('theirs'), vdcId: other.vdcId, descriptor: { name: 'three-tier' } };
  const { body } = await api.post('/v1/vsys').send(request).expect(202);
  const part = (kind: string, name?: string): string =>
    body.parts.find(
      (each: { kind: string; name: string }) => each.kind === kind && (name ?? each.name) === each.name,
    ).id;
  const token = await api
    .post('/v1/tokens')
    .send({ name: 'theirs', roles: ['monitor'] })
    .expect(201);
  const user = await api
    .post('/v1/users')
    .send({ name: newName('theirs'), roles: ['monitor'] })
    .expect(201);
  const wish = { scope: 'organization', limits: [{ resource: 'vsys', limit: 1_000 }], reason: 'more' };
  const quotaRequest = await api.post('/v1/quota-requests').send(wish).expect(201);
  const terms = { scope: 'organization', name: 'theirs', amount: '9', thresholds: [], atLimit: 'alert' };
  const budget = await api.post('/v1/budgets').send(terms).expect(201);
  const imageOperation = await openImageOperation(api);
  const address = await api
    .post(`/v1/vdcs/${other.vdcId}/public-addresses`)
    .send({ name: newName('theirs') })
    .expect(201);
  const reservation = await api
    .post(`/v1/vnets/${part('vnet', 'dmz')}/reservations`)
    .send({ first: '10.0.1.200' })
    .expect(201);
  const hook = { name: 'theirs', url: 'https://hooks.example/theirs' };
  const webhook = await api.post('/v1/webhooks').send(hook).expect(201);
  const foreign = {
    webhookId: webhook.body.id,
    deliveryId: '1',
    noticeId: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c13',
    budgetId: budget.body.id,
    quotaRequestId: quotaRequest.body.id,
    vsysId: body.vsysId,
    vserverId: part('vserver', 'fw'),
    nicId: part('nic', 'fw'),
    vdiskId: part('vdisk'),
    vnetId: part('vnet'),
    publicIpId: part('public-ip'),
    // The system is enough: whoever sees it would be told that the snapshot is missing.
    snapshotId: `${body.vsysId}-X-0001`,
    operationId: body.operation.id,
    organizationId: other.organizationId,
    vdcId: other.vdcId,
    tokenId: token.body.id,
    userId: user.body.id,
    imageName: 'theirs-only',
    imageOperationId: imageOperation.id,
    descriptorName: 'theirs-only',
    version: '1.0.0',
    configVersion: '1',
    captureId: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c12',
    allocationId: address.body.id,
    reservationId: reservation.body.id,
    poolId: world().demo.poolId,
  };
  const uuid = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11';
  const system = 'OTHER001-ZZZZZZZZZ';
  const unknown = {
    ...Object.fromEntries(Object.keys(foreign).map((name) => [name, uuid])),
    vsysId: system,
    vserverId: `${system}-S-0001`,
    nicId: `${system}-S-0001-E-0`,
    snapshotId: `${system}-X-0001`,
    vdiskId: `${system}-D-0001`,
    vnetId: `${system}-N-DMZ`,
    publicIpId: `${system}-P-0001`,
    imageName: 'nobodys',
    descriptorName: 'nobodys',
    version: '1.0.0',
    configVersion: '1',
  };
  return { foreign, unknown };
}

/** Of an image that is being brought in. */
async function openImageOperation(api: TokenRequests): Promise<{ readonly id: string }> {
  const name = newName('theirs');
  const facts = { title: 'Theirs', os: 'linux', minMemoryMiB: 512, format: 'raw', bytes: 4 };
  await api
    .post('/v1/images/imports')
    .send({ name, ...facts })
    .expect(201);
  const piece = api
    .put(`/v1/images/${name}/content?offset=0`)
    .set('Content-Type', 'application/octet-stream');
  await piece.send('data').expect(200);
  return (await api.get('/v1/image-operations').expect(200)).body.items[0];
}

/** A stream of events that goes on behind an unknown one is refused instead of going on for minutes. */
const NO_EVENT = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c99';

const filled = (path: string, ids: Record<string, string>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? 'missing');

async function ask(token: string, { method, path }: Route, ids: Record<string, string>) {
  const body = BODIES[`${method} ${path}`];
  const api = world().as(token);
  const request = api[method](filled(path, ids))
    .set('X-Request-Id', 'fixed')
    .set('If-Match', '*')
    .set('Last-Event-ID', NO_EVENT);
  return body === undefined ? request : request.send(body);
}

/** Such routes are refused to every tenant before any id is looked at. */
const isProvidersOnly = (permission: Permission | undefined): boolean =>
  permission !== undefined && !PERMISSIONS_OF['org-admin'].includes(permission);

/** The same answer but for the id itself. */
const withoutIds = (text: string, ids: Record<string, string>): string =>
  Object.values(ids)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, id) => rest.replaceAll(id, '<id>'), text);

describe('foreign ids', () => {
  it('answer on every route exactly as ids that do not exist', async () => {
    const { foreign, unknown } = await idsOf();
    const withIds = routes.filter(
      ({ path, permission }) =>
        path.includes('{') &&
        !isProvidersOnly(permission) &&
        !/\/(?:pools|pool-operations|server-types|images)\//.test(path),
    );
    expect(withIds.length).toBeGreaterThan(25);
    const told: string[] = [];
    for (const route of withIds) {
      const theirs = await ask(world().demoToken, route, foreign);
      const nobodys = await ask(world().demoToken, route, unknown);
      const isSame = withoutIds(theirs.text, foreign) === withoutIds(nobodys.text, unknown);
      if (theirs.status !== 404 || !isSame) told.push(`${route.method} ${route.path}: ${theirs.text}`);
    }
    expect(told).toEqual([]);
    const still = await world().as(world().other.token).get(`/v1/vsys/${foreign['vsysId']}`).expect(200);
    expect(still.body.generation).toBe(1);
  });

  it('in bodies and queries answer so too', async () => {
    const { foreign, unknown } = await idsOf();
    const api = world().as(world().demoToken);
    const usage = async (ids: Record<string, string>) =>
      api.get(`/v1/usage?vsys=${ids['vsysId']}`).set('X-Request-Id', 'fixed');
    const [theirs, nobodys] = [await usage(foreign), await usage(unknown)];
    expect(theirs.status).toBe(404);
    expect(withoutIds(theirs.text, foreign)).toBe(withoutIds(nobodys.text, unknown));
    await api.get(`/v1/usage?organization=${foreign['organizationId']}`).expect(404);
    await api.post('/v1/vdcs').send({ name: 'x', organizationId: foreign['organizationId'] }).expect(404);
    await api
      .post('/v1/tokens')
      .send({ name: 'x', roles: ['monitor'], vdcIds: [foreign['vdcId']] })
      .expect(404);
  });

  it('never show up in lists', async () => {
    const { foreign } = await idsOf();
    const secrets = [foreign['vsysId'] ?? '', foreign['organizationId'] ?? '', foreign['tokenId'] ?? ''];
    for (const { method, path } of routes.filter(
      (route) => route.method === 'get' && !route.path.includes('{'),
    )) {
      const answer = await world().as(world().demoToken)[method](path).set('Last-Event-ID', NO_EVENT);
      for (const secret of secrets) expect(answer.text).not.toContain(secret);
    }
    const filtered = await world()
      .as(world().demoToken)
      .get(`/v1/vservers?vsys=${foreign['vsysId']}`)
      .expect(200);
    expect(filtered.body.items).toEqual([]);
  });

  it('of another VDC are hidden from a token that is bound to one', async () => {
    const { demo, demoToken } = world();
    const vdc = await world().as(demoToken).post('/v1/vdcs').send({ name: 'second' }).expect(201);
    const created = await world()
      .as(demoToken)
      .post('/v1/vsys')
      .send({ name: 'first', vdcId: demo.vdcId, descriptor: { name: '1-tier' } })
      .expect(202);
    const bound = world().as(await world().tokenWith(['org-admin'], [vdc.body.id]));
    await bound.get(`/v1/vsys/${created.body.vsysId}`).expect(404);
    expect((await bound.get('/v1/vsys').expect(200)).body.items).toEqual([]);
    expect((await bound.get('/v1/vservers').expect(200)).body.items).toEqual([]);
    expect((await bound.get('/v1/operations').expect(200)).body.items).toEqual([]);
    expect((await bound.get('/v1/vdcs').expect(200)).body.items).toHaveLength(1);
  });
});

describe('roles', () => {
  it('are asked for by every route', () => {
    const open = routes.filter(({ permission }) => permission === undefined).map(({ path }) => path);
    expect(open).toEqual([DOWNLOAD, '/v1/whoami']);
  });

  it.each(ROLES.filter((role) => !role.startsWith('provider')))(
    '%s may do exactly what it may do',
    async (role: Role) => {
      const token = await world().tokenWith([role]);
      const principal = {
        actor: 'x',
        organizationId: world().demo.organizationId,
        roles: [role],
        vdcIds: null,
      };
      const { unknown } = await idsOf();
      for (const route of routes.filter(({ permission }) => permission !== undefined)) {
        const answer = await ask(token, route, unknown);
        const allowed = route.permission !== undefined && can(principal, route.permission);
        expect([route, answer.status === 403 && answer.body.details?.permission !== undefined]).toEqual([
          route,
          !allowed,
        ]);
      }
    },
  );

  it('are refused without a token, with a wrong one and with a revoked one on every route', async () => {
    const api = world().as(world().demoToken);
    const created = await api
      .post('/v1/tokens')
      .send({ name: 'short', roles: ['org-admin'] })
      .expect(201);
    await world().as(created.body.token).get('/v1/whoami').expect(200);
    await api.delete(`/v1/tokens/${created.body.id}`).expect(204);
    const { unknown } = await idsOf();
    for (const route of routes.filter(({ path }) => path !== DOWNLOAD)) {
      const none = await world().http()[route.method](filled(route.path, unknown));
      const wrong = await ask('ovs_0000000000000000000000000000000000000000000', route, unknown);
      const revoked = await ask(created.body.token, route, unknown);
      expect([route, none.status, wrong.status, revoked.status]).toEqual([route, 401, 401, 401]);
      expect(none.headers['www-authenticate']).toContain('Bearer');
    }
  });
});

describe('secrets', () => {
  it('are in no answer and no log line', async () => {
    const pools = await world().as(world().providerToken).get('/v1/pools').expect(200);
    expect(pools.text).not.toContain('canary-password');
    const created = await world()
      .as(world().providerToken)
      .post('/v1/pools')
      .send({
        name: 'p',
        urls: ['https://h'],
        username: 'root',
        password: 'canary-second',
        vlanFirst: 1,
        vlanLast: 2,
      })
      .expect(202);
    expect(created.text).not.toContain('canary-second');
    const log = world().log.join('\n');
    for (const secret of ['canary-password', 'canary-second', world().demoToken, world().providerToken]) {
      expect(log).not.toContain(secret);
    }
  });
});
