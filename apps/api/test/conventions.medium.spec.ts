/** Conventions as callers meet them, on every route of the document: strict queries, problem answers, nothing but 4xx for nonsense. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentWithoutService } from '../src/documentation/document-app.js';
import { createRequestLimiter } from '../src/http/request-limiter.js';
import { useApi } from './api-fixture.js';

/** More than all routes together. */
const world = useApi(undefined, createRequestLimiter(1_000_000));

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

interface Listed {
  readonly items?: readonly Readonly<Record<string, unknown>>[];
}

describe('fields of a list', () => {
  it('are chosen on every list, and one that the rows do not have is refused', async () => {
    const lists = routes.filter(({ method, names }) => method === 'get' && names.includes('limit'));
    expect(lists.filter(({ names }) => !names.includes('fields')).map(({ id }) => id)).toEqual([]);
    const api = world().as(world().providerToken);
    const wrong: string[] = [];
    let filled = 0;
    for (const { id, path } of lists) {
      const { status, body } = await api.get(path);
      const [row] = (body as Listed).items ?? [];
      if (status !== 200) continue;
      const refused = await api.get(`${path}?fields=nonsense`);
      if (refused.status !== 400) wrong.push(`${id}: nonsense is answered with ${refused.status}`);
      const [first] = Object.keys(row ?? {});
      if (row === undefined || first === undefined) continue;
      filled += 1;
      const { body: chosen } = await api.get(`${path}?fields=${first}`);
      const told = new Set((chosen as Listed).items?.flatMap((each) => Object.keys(each)));
      if ([...told].join() !== first) wrong.push(`${id}: ${[...told].join()} instead of ${first}`);
    }
    expect(wrong).toEqual([]);
    expect(filled).toBeGreaterThan(4);
  });
});

describe('limits on requests', () => {
  it('are told with every answer to a known caller, whatever it is', async () => {
    const silent: string[] = [];
    for (const route of routes.filter(({ id }) => !OPEN.includes(id))) {
      const { headers } = await world().as(world().providerToken)[route.method](`${route.path}?nonsense=1`);
      if (headers['ratelimit'] === undefined || headers['ratelimit-policy'] === undefined)
        silent.push(route.id);
    }
    expect(silent).toEqual([]);
  });
});

describe('bodies', () => {
  it('of which nothing has to be said may be left out', async () => {
    const document: OpenAPIObject = await documentWithoutService();
    const { schemas = {} } = document.components ?? {};
    const needless = Object.entries(document.paths).flatMap(([path, item]) => {
      const { requestBody, operationId = path } = (item as { post?: Partial<PostOperation> }).post ?? {};
      const name = requestBody?.content['application/json']?.schema?.$ref?.split('/').at(-1) ?? '';
      const schema = schemas[name];
      const hasMust = schema === undefined || '$ref' in schema || (schema.required ?? []).length > 0;
      return hasMust || requestBody?.required === false || NEEDS_A_WISH.includes(operationId)
        ? []
        : [operationId];
    });
    expect(needless).toEqual([]);
  });
});

interface PostOperation {
  readonly operationId: string;
  readonly requestBody: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema?: { readonly $ref?: string } }>>;
  };
}

/** One of several things has to be said, or nothing at all would be a slip. */
const NEEDS_A_WISH: readonly string[] = [
  'planChange',
  'copyDescriptor',
  'closeStatement',
  'attachConnection',
  'detachConnection',
];

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
