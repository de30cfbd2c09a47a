/** Tenants never see each other, on every route that the API document names: not by paths, queries, bodies or lists. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useApi, type ApiWorld } from '../api-fixture.js';
import { ask, filled, NO_EVENT, withoutIds } from './asking.js';
import {
  bodyOf,
  DOWNLOAD,
  fieldsOf,
  isProvidersOnly,
  resolved,
  routes,
  type Field,
} from './document-routes.js';
import { rowsOf } from './rows-of-tenant.js';
import { nobodys, thingsOf, type Ids } from './things-of-tenant.js';

const world = useApi();
let foreign: Ids;
let unknown: Ids;
let own: Ids;
let before: unknown;

beforeAll(async () => {
  foreign = await thingsOf(world, world().other);
  unknown = nobodys(foreign);
  const { demo, demoToken } = world();
  own = await thingsOf(world, { ...demo, token: demoToken });
});
beforeEach(async () => {
  before = await rowsOf(world(), foreign);
});
afterEach(async () => {
  expect(await rowsOf(world(), foreign)).toEqual(before);
});

/** What must be there before ids are looked at. */
const QUERIES: Readonly<Record<string, string>> = {
  'put /v1/images/{imageName}/content': '?offset=0',
  'get /v1/descriptors/{descriptorName}/versions/{version}/export': '?format=fujitsu-xml',
};
/** What is public or the caller’s own whatever stands in the path. */
const NOT_OF_A_TENANT = /^\/v1\/(?:server-types|zones|statements|pools|pool-operations)\//;

describe('foreign ids', () => {
  it('in paths answer on every route exactly as ids that do not exist', async () => {
    const withIds = routes.filter(
      (route) =>
        route.path.includes('{') &&
        route.path !== DOWNLOAD &&
        !isProvidersOnly(route) &&
        !NOT_OF_A_TENANT.test(route.path),
    );
    expect(withIds.length).toBeGreaterThan(120);
    const told: string[] = [];
    for (const route of withIds) {
      const query = QUERIES[route.id] ?? '';
      const asked = async (ids: Ids) =>
        ask(world(), world().demoToken, route, ids, { path: `${filled(route.path, ids)}${query}` });
      const [theirs, nobody] = [await asked(foreign), await asked(unknown)];
      const isSame = withoutIds(theirs.text, foreign) === withoutIds(nobody.text, unknown);
      if (theirs.status !== 404 || !isSame) told.push(`${route.id}: ${theirs.text}\n  not ${nobody.text}`);
    }
    expect(told).toEqual([]);
  });

  it('in every field of every body answer so too', async () => {
    const told: string[] = [];
    let asked = 0;
    for (const route of routes.filter((each) => !isProvidersOnly(each)))
      for (const field of fieldsOf(route.body)) {
        const names = referenceOf(field);
        for (const name of names) {
          asked += 1;
          const answer = await compared(world(), route, field, name);
          if (answer !== undefined) told.push(`${route.id} ${field.name}=${name}: ${answer}`);
        }
      }
    expect(told).toEqual([]);
    expect(asked).toBeGreaterThan(40);
  });

  it('in every query answer so too, or lead to nothing', async () => {
    const told: string[] = [];
    let asked = 0;
    for (const route of routes.filter((each) => !isProvidersOnly(each)))
      for (const parameter of route.query) {
        for (const name of QUERY_REFERENCES[parameter] ?? []) {
          asked += 1;
          const path = (ids: Ids): string => `${filled(route.path, own)}?${parameter}=${ids[name]}`;
          const [theirs, nobody] = [
            await ask(world(), world().demoToken, route, own, { path: path(foreign) }),
            await ask(world(), world().demoToken, route, own, { path: path(unknown) }),
          ];
          const isSame = withoutIds(theirs.text, foreign) === withoutIds(nobody.text, unknown);
          if (!isSame || !/^(?:200|404|400)$/.test(String(theirs.status)))
            told.push(`${route.id} ${parameter}=${name}: ${theirs.text}\n  not ${nobody.text}`);
        }
      }
    expect(told).toEqual([]);
    expect(asked).toBeGreaterThan(20);
  });

  it('never show up in lists', async () => {
    const secrets = Object.entries(foreign).filter(
      ([name, id]) => id.length > 8 && !PROVIDERS.includes(name),
    );
    for (const { method, path } of routes.filter(
      (each) => each.method === 'get' && !each.path.includes('{'),
    )) {
      const { text } = await world().as(world().demoToken)[method](path).set('Last-Event-ID', NO_EVENT);
      expect([path, secrets.filter(([, secret]) => text.includes(secret))]).toEqual([path, []]);
    }
  });
});

const PROVIDERS = [
  'poolId',
  'zoneId',
  'serverTypeName',
  'hostUuid',
  'srUuid',
  'objectUuid',
  'poolOperationId',
];

/** Which thing a field of a body may name, by the last part of its name. */
const REFERENCES: Readonly<Record<string, readonly string[]>> = {
  vdcId: ['vdcId'],
  vdcIds: ['vdcId'],
  vsysId: ['vsysId'],
  vsysIds: ['vsysId'],
  vserverId: ['vserverId'],
  serverId: ['vserverId'],
  protectedServers: ['vserverId'],
  servers: ['vserverId'],
  sources: ['vdiskId', 'vserverId'],
  disk: ['vdiskId'],
  snapshotId: ['snapshotId'],
  vnetId: ['vnetId'],
  vnetIds: ['vnetId'],
  organizationId: ['organizationId'],
  organizationIds: ['organizationId'],
  userId: ['userId'],
  scopeId: ['vsysId', 'vdcId'],
  image: ['imageName'],
  replacement: ['imageName'],
};
/** Provider’s things, and names that callers make up themselves. */
const NO_REFERENCES = ['externalId', 'zoneId', 'poolId'];
const QUERY_REFERENCES: Readonly<Record<string, readonly string[]>> = {
  vsys: ['vsysId'],
  vsysId: ['vsysId'],
  vdc: ['vdcId'],
  organization: ['organizationId'],
  resource: ['vserverId', 'operationId', 'webhookId'],
  source: ['vdiskId'],
  policyId: ['policyId'],
  user: ['userId'],
  name: ['imageName'],
  template: ['imageName'],
};

function referenceOf({ name, schema }: Field): readonly string[] {
  const last = name.split('.').at(-1) ?? '';
  if (schema.enum !== undefined) return [];
  if (schema.items !== undefined && resolved(schema.items).properties !== undefined) return [];
  const found = REFERENCES[last];
  if (found === undefined && /Ids?$/.test(last) && !NO_REFERENCES.includes(last))
    throw new Error(`say in REFERENCES what “${name}” names`);
  return found ?? [];
}

/** Undefined: the answers are the same 404. */
async function compared(
  api: ApiWorld,
  route: (typeof routes)[number],
  field: Field,
  name: string,
): Promise<string | undefined> {
  const body = (ids: Ids) => wishes(name, field.put(bodyOf(route, own) ?? {}, ids[name]));
  const theirs = await ask(api, api.demoToken, route, own, { body: body(foreign) });
  const nobody = await ask(api, api.demoToken, route, own, { body: body(unknown) });
  const isSame = withoutIds(theirs.text, foreign) === withoutIds(nobody.text, unknown);
  if (isSame && theirs.status === (STATUSES[`${route.id} ${field.name}`] ?? 404)) return undefined;
  return `${theirs.text}\n  not ${nobody.text}`;
}

/** A scope is told beside its id. */
function wishes(name: string, body: object): object {
  if (!('scopeId' in body)) return body;
  return { ...body, scope: name === 'vsysId' ? 'vsys' : 'vdc' };
}

/** Where the thing that is missing is part of a design, and the design is what is wrong. */
const STATUSES: Readonly<Record<string, number>> = {
  'post /v1/vservers image': 422,
  'post /v1/vservers/{vserverId}/rebuild image': 422,
  'post /v1/vservers/{vserverId}/rescue image': 400,
  'patch /v1/images/{imageName} replacement': 400,
  // A text is made of a text: nothing is looked up or stored.
  'post /v1/descriptors/import image': 200,
};

describe('what is bound to a VDC', () => {
  it('sees nothing of another one of the same organization', async () => {
    const { demoToken } = world();
    const vdc = await world().as(demoToken).post('/v1/vdcs').send({ name: 'second' }).expect(201);
    const bound = world().as(await world().tokenWith(['org-admin'], [vdc.body.id]));
    await bound.get(`/v1/vsys/${own['vsysId']}`).expect(404);
    for (const list of ['vsys', 'vservers', 'vdisks', 'vnets', 'public-ips', 'efms', 'backups', 'operations'])
      expect([list, (await bound.get(`/v1/${list}`).expect(200)).body.items]).toEqual([list, []]);
    expect((await bound.get('/v1/vdcs').expect(200)).body.items).toHaveLength(1);
  });
});
