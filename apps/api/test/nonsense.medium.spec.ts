/** Queries and cursors with everything that databases, parsers and terminals stumble over: answered, but never with an error of ours. */
import { describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';
import { isProvidersOnly, routes, type Route } from './isolation/document-routes.js';
import { filled, NO_EVENT } from './isolation/asking.js';
import { nobodys } from './isolation/things-of-tenant.js';

const world = useApi();

const NASTY = [
  '%00',
  '%FF',
  "'%3B DROP TABLE vsys%3B--",
  '99999999999999999999',
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  'x'.repeat(3_000),
];
/** Waiting would only take long. */
const LISTS = routes.filter(
  ({ method, path, query }) => method === 'get' && query.length > 0 && !/wait|stream/.test(path),
);
const tokenFor = (route: Route): string =>
  isProvidersOnly(route) ? world().providerToken : world().demoToken;

async function brokenBy(route: Route, query: string): Promise<readonly string[]> {
  const { demo } = world();
  const ids = {
    ...nobodys({ imageName: 'x1' }),
    poolId: demo.poolId,
    zoneId: demo.zoneId,
    vdcId: demo.vdcId,
    organizationId: demo.organizationId,
  };
  const known = new Proxy<Record<string, string>>(ids, { get: (all, name) => Reflect.get(all, name) ?? 'x' });
  const path = `${filled(route.path, known)}?${query}`;
  const { status, text } = await world().as(tokenFor(route)).get(path).set('Last-Event-ID', NO_EVENT);
  return status >= 500 ? [`${path.slice(0, 200)}: ${status} ${text.slice(0, 200)}`] : [];
}

const allBrokenBy = async (route: Route, queries: readonly string[]): Promise<readonly string[]> =>
  (await Promise.all(queries.map(async (query) => brokenBy(route, query)))).flat();

describe('a query', () => {
  it('of nonsense in any parameter is no error of ours', { timeout: 120_000 }, async () => {
    const broken: string[] = [];
    for (const route of LISTS)
      for (const name of route.query.filter((each) => each !== 'limit'))
        broken.push(
          ...(await allBrokenBy(
            route,
            NASTY.map((value) => `${name}=${value}`),
          )),
        );
    expect(broken).toEqual([]);
    expect(LISTS.length).toBeGreaterThan(50);
  });
});

/** What cursors of a list begin with: the last word of its path, or the family it belongs to. */
const namesOf = (path: string): readonly string[] => {
  const last = path.split('/').at(-1) ?? '';
  const families = /^(?:vservers|vdisks|vnets|public-ips|snapshots)$/.test(last) ? ['parts'] : [];
  return [last, ...families, ...(last === 'deliveries' ? ['webhook-deliveries'] : [])];
};

describe('a cursor', () => {
  it('that somebody made up for a list is refused or leads to nothing', { timeout: 120_000 }, async () => {
    const broken: string[] = [];
    const words = ['x', '\0', '99999999999999999999', '2026-99-99'];
    for (const route of LISTS.filter(({ query }) => query.includes('cursor')))
      for (const list of namesOf(route.path))
        for (const length of [1, 2, 3]) {
          const cursors = words.map((word) => [list, ...Array.from({ length }, () => word)]);
          const queries = cursors.map(
            (key) => `cursor=${Buffer.from(JSON.stringify(key)).toString('base64url')}`,
          );
          broken.push(...(await allBrokenBy(route, queries)));
        }
    expect(broken).toEqual([]);
  });
});
