/** What administrators see when something is wrong, and how commands ask. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { json, useSmallServer } from './small-server.js';

const CHAIN = { organizationId: null, entries: 3, head: 'a'.repeat(64), anchorPosition: null, broken: null };
const INVARIANT = {
  name: 'gone-is-not-metered',
  statement: 'nothing is metered that is gone',
  explanation: 'A tenant is billed for nothing.',
  repair: ['Do not close the month.', 'Report it.'],
  count: 0,
  examples: [],
};
const POOL = {
  id: 'p',
  name: 'pool-1',
  enabled: true,
  leaseOwner: 'w',
  leaseUntil: '2026-11-23T15:00:10Z',
  hosts: [],
  srs: [],
};
const HEALTHY: Readonly<Record<string, unknown>> = {
  '/v1/invariants': { isHealthy: true, checkedAt: '2026-11-23T15:00:00Z', items: [INVARIANT] },
  '/v1/audit/verification': { isIntact: true, chains: [CHAIN] },
  '/v1/operations': { items: [], nextCursor: null },
  '/v1/pools': { items: [POOL], nextCursor: null },
};

describe('vsysctl for administrators', () => {
  const server = useSmallServer();
  const { vsysctl } = newUser();
  const env = () => ({ OPENVSYS_URL: server.url, OPENVSYS_TOKEN: 'secret-token' });
  const ask = async (...args: string[]) => vsysctl(args, { env: env() });
  const answer = (answers: Readonly<Record<string, unknown>>) => {
    server.handler = ({ url = '' }: IncomingMessage, response) =>
      json(response, 200, answers[url.split('?')[0] ?? ''] ?? {});
  };

  it('says that all is well with 0', async () => {
    answer(HEALTHY);
    const well = await ask('doctor');
    expect(well).toMatchObject({ code: 0, err: '' });
    expect(well.out).toContain('✔ nothing is metered that is gone\n');
    expect(well.out).toContain('All 4 checks are well.');
    expect((await ask('doctor', '--only-broken')).out).toBe('All 4 checks are well.\n');
    expect(server.requests.some(({ url }) => url?.includes('stuckForSeconds=900'))).toBe(true);
  });

  it.each([
    [
      '/v1/invariants',
      {
        isHealthy: false,
        checkedAt: '2026-11-23T15:00:00Z',
        items: [{ ...INVARIANT, count: 12, examples: ['D-1'] }],
      },
      'gone-is-not-metered',
    ],
    [
      '/v1/audit/verification',
      { isIntact: false, chains: [{ ...CHAIN, broken: { kind: 'cut', position: 2, auditId: 'x' } }] },
      'audit-is-whole',
    ],
    ['/v1/operations', { items: [{ id: 'op-1' }], nextCursor: null }, 'operations-get-on'],
    [
      '/v1/pools',
      { items: [{ ...POOL, leaseUntil: '2026-11-23T14:59:59Z' }], nextCursor: null },
      'pools-are-served',
    ],
  ])('says what is wrong with %s, and what to do, with 1', async (path, body, name) => {
    answer({ ...HEALTHY, [path]: body });
    const { code, out } = await ask('doctor', '--only-broken');
    expect(code).toBe(1);
    expect(out).toContain(`(${name})`);
    expect(out).toMatch(/^ {4}1\. {2}\w/m);
    expect(out).toContain('1 of 4 checks failed.');
    const data = JSON.parse((await ask('doctor', '-o', 'json')).out);
    expect(data.isHealthy).toBe(false);
    expect(data.checks.filter(({ count }: { count: number }) => count > 0)).toMatchObject([{ name }]);
  });

  it('leaves disabled pools alone', async () => {
    const pool = { ...POOL, enabled: false, leaseOwner: null, leaseUntil: null };
    answer({ ...HEALTHY, '/v1/pools': { items: [pool], nextCursor: null } });
    expect((await ask('doctor')).code).toBe(0);
  });

  it('tells a broken chain from a whole one', async () => {
    const broken = { kind: 'changed', position: 2, auditId: 'x' };
    answer({ '/v1/audit/verification': { isIntact: false, chains: [{ ...CHAIN, broken }] } });
    const { code, out } = await ask('audit', 'verify');
    expect(code).toBe(1);
    expect(out).toContain('(provider): an entry is not what was written (position 2)');
    expect((await ask('audit', 'verify', '--anchor', 'short')).code).toBe(2);
  });

  it('says where an anchor is', async () => {
    answer({ '/v1/audit/verification': { isIntact: true, chains: [{ ...CHAIN, anchorPosition: 2 }] } });
    const { code, out } = await ask('audit', 'verify', '--anchor', 'b'.repeat(64));
    expect([code, server.requests[0]?.url]).toEqual([0, `/v1/audit/verification?anchor=${'b'.repeat(64)}`]);
    expect(out).toContain('The anchor is entry 2 of (provider).');
  });

  it('sends the reason as the API reads it', async () => {
    answer({});
    await ask('images', 'deprecate', 'debian-12', '--reason', 'Ticket 7: für Ende März');
    const [request] = server.requests;
    expect([request?.method, request?.url]).toEqual(['PATCH', '/v1/images/debian-12']);
    const header = request?.headers['openvsys-reason'];
    expect(decodeURIComponent(String(header))).toBe('Ticket 7: für Ende März');
  });

  it('asks for what stands still', async () => {
    answer(HEALTHY);
    await ask('operations', 'list', '--stuck');
    await ask('operations', 'list', '--stuck', '2h');
    expect(
      server.requests.map(({ url }) => new URL(url ?? '', 'http://x').searchParams.get('stuckForSeconds')),
    ).toEqual(['900', '7200']);
    expect((await ask('operations', 'list', '--stuck', 'long')).code).toBe(2);
    expect((await ask('operations', 'list', '--stuck', '--state', 'failed')).code).toBe(2);
  });

  it('finds users by name, and names them by id when there are several', async () => {
    const user = { id: 'u-1', name: 'ada', roles: ['monitor'], state: 'active', email: null, vdcIds: null };
    const ada = { ...user, organizationId: 'o-1', createdAt: '2026-11-23T15:00:00Z' };
    answer({ '/v1/users': { items: [ada], nextCursor: null }, '/v1/users/u-1': ada });
    expect((await ask('users', 'enable', 'ada')).code).toBe(0);
    expect((await ask('users', 'enable', 'bob')).code).toBe(4);
    expect((await ask('users', 'change', 'ada')).code).toBe(2);
    expect((await ask('users', 'change', 'ada', '--vdc', 'x', '--all-vdcs')).code).toBe(2);
    answer({ '/v1/users': { items: [ada, { ...ada, id: 'u-2' }], nextCursor: null } });
    const several = await ask('users', 'disable', 'ada');
    expect(several.code).toBe(2);
    expect(several.err).toContain('u-1, u-2');
  });

  it('shows a list again until it is interrupted, clearing only terminals', async () => {
    for (const streams of [{ terminal: true }, {}] as const) {
      const interruption = new AbortController();
      let seen = 0;
      server.handler = (_, response) => {
        seen += 1;
        if (seen === 3) interruption.abort();
        json(response, 200, { items: [{ id: `z-${seen}`, name: 'zone' }], nextCursor: null });
      };
      const { code, out } = await vsysctl(['zones', 'list', '--watch', '1s'], {
        env: env(),
        signal: interruption.signal,
        ...streams,
      });
      expect(code).toBe(130);
      expect(out).toContain('z-2');
      expect(out.includes('\u001b[2J')).toBe('terminal' in streams);
    }
    expect((await ask('zones', 'list', '--watch', '-o', 'json')).code).toBe(2);
  });
});
