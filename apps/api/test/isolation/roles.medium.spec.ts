/** Roles hold on every route that the API document names, and nobody comes in without credentials. */
import { can, ROLES, type Role } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApi } from '../api-fixture.js';
import { ask, filled } from './asking.js';
import { DOWNLOAD, routes } from './document-routes.js';
import { nobodys, thingsOf, type Ids } from './things-of-tenant.js';

const world = useApi();
let unknown: Ids;

beforeAll(async () => {
  unknown = nobodys(await thingsOf(world, world().other));
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
      const { organizationId } = world().demo;
      const principal = { actor: 'x', organizationId, roles: [role], vdcIds: null };
      for (const route of routes.filter(({ permission }) => permission !== undefined)) {
        const answer = await ask(world(), token, route, unknown);
        const allowed = route.permission !== undefined && can(principal, route.permission);
        expect([route.id, answer.status === 403 && answer.body.details?.permission !== undefined]).toEqual([
          route.id,
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
    for (const route of routes.filter(({ path }) => path !== DOWNLOAD)) {
      const none = await world().http()[route.method](filled(route.path, unknown));
      const wrong = await ask(world(), 'ovs_0000000000000000000000000000000000000000000', route, unknown);
      const revoked = await ask(world(), created.body.token, route, unknown);
      expect([route.id, none.status, wrong.status, revoked.status]).toEqual([route.id, 401, 401, 401]);
      expect(none.headers['www-authenticate']).toContain('Bearer');
    }
    // Three calls of every route there is, on a machine that may have more to do.
  }, 120_000);
});
