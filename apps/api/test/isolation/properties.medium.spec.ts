/** What goes in and out field by field: nothing that the document does not name, in either direction. */
import { ROLES, type Role } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApi } from '../api-fixture.js';
import { ask, filled, NO_EVENT } from './asking.js';
import {
  bodyOf,
  DOWNLOAD,
  fieldsOf,
  isProvidersOnly,
  resolved,
  routes,
  type Route,
  type Schema,
} from './document-routes.js';
import { thingsOf, type Ids } from './things-of-tenant.js';

const world = useApi();
let own: Ids;

beforeAll(async () => {
  const { demo, demoToken } = world();
  own = await thingsOf(world, { ...demo, token: demoToken });
});

/** What the service decides: nobody sends it, unless the document of a route says so. */
const SERVERS_OWN = [
  'id',
  'organizationId',
  'ownerId',
  'state',
  'phase',
  'generation',
  'version',
  'price',
  'amount',
  'host',
  'poolId',
  'roles',
  'createdAt',
  'releasedAt',
  'isAdmin',
];

/** Pointers of the refusal. */
async function refusedPlaces(route: Route, body: object): Promise<readonly string[]> {
  const token = isProvidersOnly(route) ? world().providerToken : world().demoToken;
  const { status, body: answer } = await ask(world(), token, route, own, { body });
  const { pointer, violations = [] } = answer as { pointer?: string; violations?: { pointer: string }[] };
  return status === 400 ? [...violations.map((each) => each.pointer), ...(pointer ? [pointer] : [])] : [];
}

const withBody = routes.filter(({ body }) => body !== undefined);

describe('bodies', () => {
  it('take no field that the document does not name, and none that is the service’s own', async () => {
    const taken: string[] = [];
    for (const route of withBody) {
      const known = new Set(fieldsOf(route.body).map(({ name }) => name));
      const strange = SERVERS_OWN.filter((name) => !known.has(name));
      const values = Object.fromEntries(strange.map((name) => [name, 'x']));
      const places = await refusedPlaces(route, { ...bodyOf(route, own), ...values });
      const missed = strange.filter((name) => !places.includes(`/${name}`));
      if (missed.length > 0) taken.push(`${route.id}: ${missed.join(', ')}`);
    }
    expect(taken).toEqual([]);
    expect(withBody.length).toBeGreaterThan(70);
  });

  it('take none deep inside either', async () => {
    const taken: string[] = [];
    let asked = 0;
    for (const route of withBody)
      for (const field of fieldsOf(route.body)) {
        const inner = resolved(field.schema.items ?? field.schema);
        if (inner.properties === undefined) continue;
        asked += 1;
        const value = {
          organizationId: 'x',
          ...Object.fromEntries(Object.keys(inner.properties).map((key) => [key, null])),
        };
        const places = await refusedPlaces(route, field.put(bodyOf(route, own) ?? {}, value));
        if (!places.some((place) => place.endsWith('/organizationId')))
          taken.push(`${route.id} ${field.name}: ${places.join(' ')}`);
      }
    expect(taken).toEqual([]);
    expect(asked).toBeGreaterThan(10);
  });
});

const TENANTS = ROLES.filter((role) => !role.startsWith('provider'));
const READS = routes.filter(
  ({ method, path }) => method === 'get' && path !== DOWNLOAD && !/\/(?:wait|stream)$/.test(path),
);

describe('answers', () => {
  it.each(ROLES)('to %s have no field that the document does not name', async (role: Role) => {
    const token = role.startsWith('provider') ? world().providerToken : await world().tokenWith([role]);
    const told: string[] = [];
    let read = 0;
    for (const route of READS) {
      const { status, body } = await ask(world(), token, route, own);
      if (status !== 200 || route.answer === undefined) continue;
      read += 1;
      const strange = strangeFields(body, route.answer, '');
      if (strange.length > 0) told.push(`${route.id}: ${[...new Set(strange)].join(', ')}`);
    }
    expect(told).toEqual([]);
    expect(read).toBeGreaterThan(10);
  });

  it('to tenants name no host, storage, address or password of the provider’s pools', async () => {
    const inside = ['xcp-1', 'nfs-1', '127.0.0.1:1', 'canary-password', own['hostUuid'] ?? ''];
    const told: string[] = [];
    for (const role of TENANTS) {
      const token = await world().tokenWith([role]);
      for (const { method, path } of READS) {
        const { text } = await world().as(token)[method](filled(path, own)).set('Last-Event-ID', NO_EVENT);
        const said = text.replaceAll(filled(path, own), '');
        const found = inside.filter((each) => said.includes(each));
        if (found.length > 0) told.push(`${role} ${path}: ${found.join(', ')}`);
      }
    }
    expect(told).toEqual([]);
  });
});

/** Paths of fields that the schema has no property for. */
function strangeFields(value: unknown, given: Schema, at: string): readonly string[] {
  const schema = resolved(given);
  const options = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (options.length > 0) {
    const each = options.map((option) => strangeFields(value, option, at));
    return each.toSorted((a, b) => a.length - b.length)[0] ?? [];
  }
  if (Array.isArray(value))
    return value.flatMap((item) => strangeFields(item, schema.items ?? {}, `${at}[]`));
  const { properties } = schema;
  // Free forms: designs, details of events, parameters.
  if (typeof value !== 'object' || value === null || properties === undefined) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = properties[key];
    return known === undefined ? [`${at}/${key}`] : strangeFields(inner, known, `${at}/${key}`);
  });
}
