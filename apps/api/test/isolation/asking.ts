/** Requests that are the same but for an id, and their answers without the id. */
import type supertest from 'supertest';
import type { ApiWorld } from '../api-fixture.js';
import { bodyOf, type Route } from './document-routes.js';
import type { Ids } from './things-of-tenant.js';

/** A stream of events that goes on behind an unknown one is refused instead of going on for minutes. */
export const NO_EVENT = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c99';

/** Throws when a route names something that the tenants of the tests do not have. */
export const filled = (path: string, ids: Ids): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    // Appliances have routes of their own.
    const id = ids[path.startsWith('/v1/efms/') && name === 'vserverId' ? 'efmId' : name];
    if (id === undefined) throw new Error(`add {${name}} of ${path} to things-of-tenant.ts`);
    return encodeURIComponent(id);
  });

interface Asked {
  readonly path?: string;
  readonly body?: object | undefined;
}

/** With the ids in path and body, unless another path or body is given. */
export async function ask(
  world: ApiWorld,
  token: string,
  route: Route,
  ids: Ids,
  asked: Asked = {},
): Promise<supertest.Response> {
  const path = asked.path ?? filled(route.path, ids);
  const body = 'body' in asked ? asked.body : bodyOf(route, ids);
  const api = world.as(token);
  const request = api[route.method](path)
    .set('X-Request-Id', 'fixed')
    .set('If-Match', '*')
    .set('Last-Event-ID', NO_EVENT);
  if (route.id === 'put /v1/images/{imageName}/content')
    return request.set('Content-Type', 'application/octet-stream').send('data');
  return body === undefined ? request : request.send(body);
}

/** The same answer but for the id itself. */
export const withoutIds = (text: string, ids: Ids): string =>
  Object.values(ids)
    .filter((id) => id.length > 3)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, id) => rest.replaceAll(id, '<id>'), text);
