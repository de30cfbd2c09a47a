/** One of everything that a tenant can have, and ids of the same form that nobody has. */
import { vsysId } from '@openvsys/vsys';
import { newName, type ApiWorld, type Tenant, type TokenRequests } from '../api-fixture.js';
import { PredictedPool } from '../reached.js';

export type Ids = Readonly<Record<string, string>>;

/** By the names that paths of the API have for them. */
export async function thingsOf(world: () => ApiWorld, tenant: Tenant): Promise<Ids> {
  const api = world().as(tenant.token);
  const system = await systemOf(world, tenant);
  return {
    ...system,
    organizationId: tenant.organizationId,
    vdcId: tenant.vdcId,
    ...(await accessOf(api)),
    ...(await moneyOf(world, api, tenant)),
    ...(await imagesOf(world(), api)),
    ...(await descriptorOf(api)),
    ...(await newsOf(world, api, tenant)),
    ...(await networkOf(api, tenant.vdcId, system.vnetId)),
    ...providersOf(world()),
  };
}

/** Nobody's among the tenants. */
function providersOf({ demo }: ApiWorld) {
  const uuid = '00000000-0000-4000-8000-000000000001';
  const named = { poolId: demo.poolId, zoneId: demo.zoneId, serverTypeName: 'standard.small' };
  return { ...named, hostUuid: uuid, srUuid: uuid, objectUuid: uuid, poolOperationId: uuid };
}

async function idOf(request: PromiseLike<{ status: number; text: string; body: unknown }>): Promise<string> {
  const { status, text, body } = await request;
  if (status < 200 || status > 299) throw new Error(text);
  return (body as { id: string }).id;
}

async function systemOf(world: () => ApiWorld, { token, vdcId }: Tenant) {
  const api = world().as(token);
  const request = { name: newName('theirs'), vdcId, descriptor: { name: 'three-tier' } };
  const { body } = await api.post('/v1/vsys').send(request).expect(202);
  const id = vsysId(body.vsysId as string);
  const pool = new PredictedPool(world);
  await pool.reach(id);
  const part = (kind: string, name?: string): string =>
    body.parts.find(
      (each: { kind: string; name: string }) => each.kind === kind && (name ?? each.name) === each.name,
    ).id;
  const vdiskId = part('vdisk');
  const backup = await api.post(`/v1/vdisks/${vdiskId}/backups`).send({ name: 'theirs' }).expect(202);
  await pool.reach(id);
  const snapshot = await api.post(`/v1/vsys/${id}/snapshots`).send({ name: 'theirs' }).expect(202);
  await pool.reach(id);
  const schedule = { verb: 'stop', cron: '0 18 * * *', timeZone: 'UTC' };
  const policy = { name: 'theirs', cron: '30 2 * * *', timeZone: 'UTC', keep: { last: 2 } };
  return {
    vsysId: id,
    vserverId: part('vserver', 'web-1'),
    efmId: part('vserver', 'fw'),
    nicId: part('nic', 'web-1'),
    vdiskId,
    vnetId: part('vnet', 'dmz'),
    publicIpId: part('public-ip'),
    operationId: body.operation.id as string,
    backupId: backup.body.added[0].id as string,
    snapshotId: snapshot.body.added[0].id as string,
    scheduleId: await idOf(api.post(`/v1/vsys/${id}/schedules`).send(schedule)),
    policyId: await idOf(api.post(`/v1/vsys/${id}/backup-policies`).send(policy)),
    roleName: 'web',
    ruleId: 'r-web',
    memberName: 'web-1',
    certificateName: 'theirs',
    configVersion: '1',
    captureId: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c12',
  };
}

async function accessOf(api: TokenRequests) {
  const named = () => ({ name: newName('theirs'), roles: ['monitor'] });
  const userId = await idOf(api.post('/v1/users').send(named()));
  return {
    userId,
    tokenId: await idOf(api.post('/v1/tokens').send(named())),
    certificateId: await idOf(api.post(`/v1/users/${userId}/certificates`).send({})),
  };
}

async function moneyOf(world: () => ApiWorld, api: TokenRequests, { organizationId }: Tenant) {
  const wish = { scope: 'organization', limits: [{ resource: 'vsys', limit: 1_000 }], reason: 'more' };
  const terms = { scope: 'organization', name: 'theirs', amount: '9', thresholds: [], atLimit: 'alert' };
  const price = { product: 'standard.small', dimension: 'vserver-running', amount: '0.02' };
  const list = { organizationId, validFrom: '2040-01-01T00:00:00Z', note: 'theirs', prices: [price] };
  const priced = await world().as(world().providerToken).post('/v1/price-lists').send(list).expect(201);
  return {
    quotaRequestId: await idOf(api.post('/v1/quota-requests').send(wish)),
    budgetId: await idOf(api.post('/v1/budgets').send(terms)),
    priceListId: priced.body.version.id as string,
    period: '2026-01',
    position: '1',
  };
}

/** Its operation is still open, the image is as if a pool had it. */
async function imagesOf({ database }: ApiWorld, api: TokenRequests) {
  const imageName = newName('theirs');
  const facts = { title: 'Theirs', os: 'linux', minMemoryMiB: 512, format: 'raw', bytes: 4 };
  await api
    .post('/v1/images/imports')
    .send({ name: imageName, ...facts })
    .expect(201);
  const piece = api
    .put(`/v1/images/${imageName}/content?offset=0`)
    .set('Content-Type', 'application/octet-stream');
  await piece.send('data').expect(200);
  const operations = await api.get('/v1/image-operations').expect(200);
  await database.session(async (session) =>
    session.rows(`UPDATE disk_image SET state = 'available' WHERE family = $1`, [imageName]),
  );
  return { imageName, imageOperationId: operations.body.items[0].id as string };
}

async function descriptorOf(api: TokenRequests) {
  const descriptorName = newName('theirs');
  const document = {
    apiVersion: 'openvsys/v1',
    kind: 'VsysDescriptor',
    metadata: { name: descriptorName, version: '1.0.0' },
    vnets: { lan: { cidr: '10.9.0.0/24' } },
    vservers: { db: { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }] } },
  };
  await api.post('/v1/descriptors').send({ document }).expect(201);
  return { descriptorName, version: '1.0.0' };
}

async function newsOf(world: () => ApiWorld, api: TokenRequests, { organizationId }: Tenant) {
  const hook = { name: newName('theirs'), url: 'https://hooks.example/theirs' };
  const notice = { title: 'theirs', text: 'theirs', severity: 'warning', organizationIds: [organizationId] };
  const provider = world().as(world().providerToken);
  return {
    webhookId: await idOf(api.post('/v1/webhooks').send(hook)),
    deliveryId: '1',
    noticeId: await idOf(provider.post('/v1/notices').send(notice)),
  };
}

async function networkOf(api: TokenRequests, vdcId: string, vnetId: string) {
  const address = { name: newName('theirs') };
  const connection = { from: { vnetId, name: 'theirs' } };
  return {
    connectionId: await idOf(api.post('/v1/connections').send(connection)),
    allocationId: await idOf(api.post(`/v1/vdcs/${vdcId}/public-addresses`).send(address)),
    reservationId: await idOf(api.post(`/v1/vnets/${vnetId}/reservations`).send({ first: '10.0.1.200' })),
  };
}

/** Ids as `ids` has them, of things that do not exist. */
export function nobodys(ids: Ids): Ids {
  const uuid = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11';
  const system = 'OTHER001-ZZZZZZZZZ';
  return {
    ...Object.fromEntries(Object.keys(ids).map((name) => [name, uuid])),
    vsysId: system,
    vserverId: `${system}-S-0001`,
    efmId: `${system}-S-0001`,
    nicId: `${system}-S-0001-E-0`,
    snapshotId: `${system}-X-0001`,
    vdiskId: `${system}-D-0001`,
    vnetId: `${system}-N-DMZ`,
    publicIpId: `${system}-P-0001`,
    backupId: `${system}-B-0001`,
    // As like the caller's own as the other one's name is: answers propose what was perhaps meant.
    imageName: (ids['imageName'] ?? '').replace(/\d+$/, (digits) => '9'.repeat(digits.length)),
    descriptorName: 'nobodys',
    roleName: 'web',
    ruleId: 'r-web',
    memberName: 'web-1',
    certificateName: 'theirs',
    version: '1.0.0',
    configVersion: '1',
    deliveryId: '1',
    period: '2026-01',
    position: '1',
  };
}
