/** Conventions as callers meet them, on every route of the document: strict queries, problem answers, nothing but 4xx for nonsense. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentWithoutService } from '../src/documentation/document-app.js';
import { useApi } from './api-fixture.js';

const world = useApi();

interface Route {
  readonly id: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With examples in place of parameters. */
  readonly path: string;
  readonly names: readonly string[];
}

let routes: readonly Route[];

beforeAll(async () => {
  const document: OpenAPIObject = await documentWithoutService();
  routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, { operationId, parameters = [] }]) => ({
      id: operationId,
      method: method as Route['method'],
      path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(parameters.find((each) => each.name === name)?.example ?? 'x'),
      ),
      names: parameters.map(({ name }) => name),
    })),
  );
});

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly example?: string }[];
}

/** Status and media type of the answer. */
async function ask({ method, path }: Route, query: string, token: string): Promise<string> {
  const { status, headers } = await world().as(token)[method](`${path}${query}`);
  return `${status} ${headers['content-type']?.split(';')[0] ?? ''}`;
}

describe('every list', () => {
  it.each(['limit=0', 'limit=501', 'limit=x', 'cursor=x', 'nonsense=1'])(
    'refuses %s with 400',
    async (query) => {
      const lists = routes.filter(({ method, names }) => method === 'get' && names.includes('limit'));
      const wrong: string[] = [];
      for (const list of lists) {
        const answer = await ask(list, `?${query}`, world().providerToken);
        // A cursor is read after the thing was found that the list belongs to.
        const isFine =
          answer === '400 application/problem+json' || (query === 'cursor=x' && /^(400|404) /.test(answer));
        if (!isFine) wrong.push(`${list.id}: ${answer}`);
      }
      expect(wrong).toEqual([]);
      expect(lists.length).toBeGreaterThan(40);
    },
  );
});

/** Their addresses are the credentials. */
const OPEN: readonly string[] = ['downloadImage'];

describe('every route', () => {
  it('asks for credentials', async () => {
    const open: string[] = [];
    for (const route of routes.filter(({ id }) => !OPEN.includes(id))) {
      const answer = await ask(route, '', 'ovs_nobody');
      if (answer !== '401 application/problem+json') open.push(`${route.id}: ${answer}`);
    }
    expect(open).toEqual([]);
  });

  it('answers nonsense with a problem of the caller, never with one of ours', async () => {
    const broken: string[] = [];
    for (const route of routes.filter(({ method }) => method !== 'get')) {
      const api = world().as(world().providerToken);
      const request = api[route.method](route.path).set('If-Match', '"1"');
      const { status, body } = await request.send({ nonsense: [{}] });
      if (status >= 500 && (body as { code?: string }).code !== 'not-implemented')
        broken.push(`${route.id}: ${status}`);
    }
    expect(broken).toEqual([]);
  });
});
