/** Requests of CIMI clients: Basic with a token as password, JSON or XML. */
import type supertest from 'supertest';
import type { ApiWorld } from '../api-fixture.js';

export const NS = 'http://schemas.dmtf.org/cimi/1';

export interface CimiClient {
  get(path: string): supertest.Test;
  post(path: string, body?: object | string): supertest.Test;
  put(path: string, body: object | string): supertest.Test;
  delete(path: string): supertest.Test;
}

/** Paths are below `/cimi/`, or whole URIs out of answers. */
export function cimiClient(world: ApiWorld, token: string, format: 'json' | 'xml' = 'json'): CimiClient {
  const type = format === 'json' ? 'application/json' : 'application/xml';
  const authorization = `Basic ${Buffer.from(`anyone:${token}`).toString('base64')}`;
  const prepared = (test: supertest.Test): supertest.Test =>
    test.set('Authorization', authorization).set('Accept', type);
  const sent = (test: supertest.Test, body: object | string): supertest.Test =>
    prepared(test)
      .set('Content-Type', type)
      .send(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    get: (path) => prepared(world.http().get(whole(path))),
    post: (path, body = '') => sent(world.http().post(whole(path)), body),
    put: (path, body) => sent(world.http().put(whole(path)), body),
    delete: (path) => prepared(world.http().delete(whole(path))),
  };
}

function whole(path: string): string {
  if (!path.startsWith('http')) return `/cimi/${path}`;
  const { pathname, search } = new URL(path);
  return pathname + search;
}

/** The href of an operation; undefined: it is not offered. */
export function hrefOf(
  resource: { operations?: { rel: string; href: string }[] },
  rel: string,
): string | undefined {
  return resource.operations?.find((each) => each.rel === rel || each.rel.endsWith(`/${rel}`))?.href;
}

/** A new system of the three-tier descriptor through REST; its id. */
export async function threeTier(
  world: ApiWorld,
  token: string,
  vdcId: string,
  name: string,
): Promise<string> {
  const answer = await world
    .as(token)
    .post('/v1/vsys')
    .send({ name, vdcId, descriptor: { name: 'three-tier' }, parameters: { webCount: 2 } });
  if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
  return answer.body.vsysId;
}

/** Says what was answered when it is not what was expected. */
export function expectStatus(answer: supertest.Response, status: number): void {
  if (answer.status !== status) throw new Error(`${status} was expected: ${answer.status} ${answer.text}`);
}
