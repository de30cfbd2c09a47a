import { describe, expect, it } from 'vitest';
import { TokenAuthenticator, type FoundToken } from './token-authenticator.js';

const TOKEN = `ovs_${'a'.repeat(43)}`;
const principal = { actor: 'token:1', organizationId: null, roles: [], vdcIds: null };

function setUp(found: FoundToken | undefined) {
  const state = { now: 0, asked: 0, found };
  const lookup = {
    find: async () => {
      state.asked += 1;
      return state.found;
    },
  };
  return { state, authenticator: new TokenAuthenticator(lookup, () => new Date(state.now)) };
}

describe('a bearer token', () => {
  it('is looked up once within five seconds, and again after them', async () => {
    const { state, authenticator } = setUp({ principal, expiresAt: null });
    expect(await authenticator.authenticate(`Bearer ${TOKEN}`)).toBe(principal);
    state.now = 4_999;
    await authenticator.authenticate(`bearer ${TOKEN}`);
    expect(state.asked).toBe(1);
    state.now = 5_000;
    state.found = undefined;
    await expect(authenticator.authenticate(`Bearer ${TOKEN}`)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('is refused at its end although it is remembered', async () => {
    const { state, authenticator } = setUp({ principal, expiresAt: new Date(2_000) });
    await authenticator.authenticate(`Bearer ${TOKEN}`);
    state.now = 2_000;
    await expect(authenticator.authenticate(`Bearer ${TOKEN}`)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('is refused at once after a revocation in this process', async () => {
    const { state, authenticator } = setUp({ principal, expiresAt: null });
    await authenticator.authenticate(`Bearer ${TOKEN}`);
    state.found = undefined;
    authenticator.forgetAll();
    await expect(authenticator.authenticate(`Bearer ${TOKEN}`)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer short',
    `Basic ${TOKEN}`,
    `Bearer ${TOKEN} x`,
    `Bearer ${'a'.repeat(500)}`,
  ])('in the form of %s is not even looked up', async (header) => {
    const { state, authenticator } = setUp({ principal, expiresAt: null });
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(state.asked).toBe(0);
  });
});
