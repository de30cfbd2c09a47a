import { describe, expect, it } from 'vitest';
import { organizationId, vdcId } from '../ids.js';
import { can, requirePermission, type Principal } from './principal.js';
import { PERMISSIONS, PERMISSIONS_OF, rolesAmong, ROLES } from './roles.js';
import { Scope } from './scope.js';

const ours = organizationId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11');
const theirs = organizationId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c22');
const vdc = vdcId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c33');
const otherVdc = vdcId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c44');

const principal = (over: Partial<Principal>): Principal => ({
  actor: 'token:1',
  organizationId: ours,
  roles: ['operator'],
  vdcIds: null,
  ...over,
});

describe('access', () => {
  it('gives an operator power over servers but not over the design', () => {
    expect(can(principal({}), 'vsys:power')).toBe(true);
    expect(can(principal({}), 'vsys:create')).toBe(false);
    expect(() => requirePermission(principal({}), 'vsys:create')).toThrow(/vsys:create/);
  });

  it('ignores provider roles of a principal that is not of the provider', () => {
    const impostor = principal({ roles: ['provider-admin'] });
    expect(PERMISSIONS.filter((each) => can(impostor, each))).toEqual([]);
    expect(can(principal({ roles: ['provider-admin'], organizationId: null }), 'pool:manage')).toBe(true);
  });

  it('keeps what is the provider’s from every role of an organization', () => {
    for (const role of ROLES.filter((each) => !each.startsWith('provider'))) {
      expect(PERMISSIONS_OF[role]).not.toContain('pool:manage');
      expect(PERMISSIONS_OF[role]).not.toContain('organization:manage');
      expect(PERMISSIONS_OF[role]).not.toContain('catalog:manage');
    }
  });

  it('drops unknown roles', () => {
    expect(rolesAmong(['monitor', 'root', 'designer'])).toEqual(['designer', 'monitor']);
  });

  it('answers a foreign organization as one that does not exist', () => {
    const scope = Scope.of(principal({}));
    expect(scope.covers(theirs)).toBe(false);
    expect(() => scope.within(theirs)).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(Scope.of(principal({ organizationId: null })).within(theirs).organizationId).toBe(theirs);
  });

  it('narrows to the VDCs of the principal', () => {
    const scope = Scope.of(principal({ vdcIds: [vdc] }));
    expect(scope.coversVdc(ours, vdc)).toBe(true);
    expect(scope.coversVdc(ours, otherVdc)).toBe(false);
  });
});
