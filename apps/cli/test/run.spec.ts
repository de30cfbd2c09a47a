import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { json, useSmallServer } from './small-server.js';

const IDENTITY = {
  actor: 'token:1',
  organizationId: 'o',
  contract: 'DEMO0001',
  roles: ['org-admin'],
  permissions: ['vsys:read'],
  vdcIds: null,
  time: '2026-11-23T10:00:00Z',
};

describe('vsysctl', () => {
  const server = useSmallServer();
  const loggedIn = () => newUser({ OPENVSYS_URL: server.url, OPENVSYS_TOKEN: 'secret-token' });

  it('explains itself on stdout', async () => {
    const { vsysctl } = newUser();
    const help = await vsysctl(['--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain('Exit codes:');
    const create = await vsysctl(['vsys', 'create', '--help']);
    expect(create.code).toBe(0);
    expect(create.out).toContain('Examples:');
    expect(create.out).toContain('--idempotency-key');
  });

  it.each([
    [['vsys', 'destroy']],
    [['vsys', 'create', '--descriptor', 'a']],
    [['vsys', 'list', '--phase', 'sleeping']],
    [['vsys', 'list', '--limit', '0']],
    [['vsys', 'list', '-o', 'xml']],
    [['vsys', 'create', '--name', 'a']],
    [['vsys', 'create', '--name', 'a', '-f', 'x.yaml', '--descriptor', 'y']],
    [['vsys', 'create', '--name', 'a', '-f', '/nowhere/x.yaml']],
    [['quotas', 'set', 'vservers']],
    [['vservers', 'show', 'web-1']],
    [['usage', '--from', 'yesterday']],
    [['login', '--token', 'x']],
    [['login', '--url', 'ftp://x', '--token', 'x']],
  ])('ends with 2 and asks nothing of the server: %j', async (args) => {
    const user = args[0] === 'login' ? newUser() : loggedIn();
    const { code, out, err } = await user.vsysctl(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^error: /);
    expect(server.requests).toHaveLength(0);
  });

  it('asks to log in', async () => {
    const { code, err } = await newUser().vsysctl(['vsys', 'list']);
    expect(code).toBe(3);
    expect(err).toContain('vsysctl login --url URL --token TOKEN');
  });

  it('logs in with a token from its input, keeps it to itself, and logs out', async () => {
    server.handler = (request, response) =>
      request.headers.authorization === 'Bearer ovs_abc'
        ? json(response, 200, IDENTITY)
        : json(response, 401, { title: 'Credentials are missing or unknown', status: 401 });
    const { vsysctl, configFile } = newUser();
    const wrong = await vsysctl(['login', '--url', server.url, '--token', 'ovs_wrong']);
    expect(wrong.code).toBe(3);
    expect(() => statSync(configFile)).toThrow();

    const login = await vsysctl(['login', '--url', `${server.url}/`, '--token', '-'], { input: 'ovs_abc\n' });
    expect(login.code).toBe(0);
    expect(login.out + login.err).not.toContain('ovs_abc');
    expect(statSync(configFile).mode & 0o777).toBe(0o600);
    expect((await vsysctl(['whoami', '-o', 'json'])).out).toBe(`${JSON.stringify(IDENTITY, null, 2)}\n`);
    expect((await vsysctl(['profiles', '-o', 'yaml'])).out).toContain('name: default');
    expect((await vsysctl(['logout', '-q'])).err).toBe('');
    expect(readFileSync(configFile, 'utf8')).not.toContain('ovs_abc');
    expect((await vsysctl(['whoami'])).code).toBe(3);
  });

  it('tells another server from OpenVSYS', async () => {
    server.handler = (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>hi');
    const { code, err } = await loggedIn().vsysctl(['whoami']);
    expect(code).toBe(6);
    expect(err).toContain('does not answer like OpenVSYS');
  });

  it('ends with 6 when there is no server', async () => {
    const { vsysctl } = newUser({ OPENVSYS_URL: 'http://127.0.0.1:9', OPENVSYS_TOKEN: 'x' });
    const { code, err } = await vsysctl(['vsys', 'list']);
    expect(code).toBe(6);
    expect(err).toContain('could not be reached');
  });

  it('sends changes with a key and says how to repeat one whose answer was lost', async () => {
    server.handler = (request, response) =>
      request.method === 'GET' ? json(response, 200, { items: [] }) : response.destroy();
    const { code, err } = await loggedIn().vsysctl(['operations', 'cancel', 'op-1']);
    const key = server.requests.at(-1)?.headers['idempotency-key'];
    expect(code).toBe(6);
    expect(key).toMatch(/^[\da-f-]{36}$/);
    expect(err).toContain(`--idempotency-key ${String(key)}`);

    await loggedIn().vsysctl(['operations', 'cancel', 'op-1', '--idempotency-key', 'mine']);
    expect(server.requests.at(-1)?.headers['idempotency-key']).toBe('mine');
  });

  it('is interrupted with 130', async () => {
    const interruption = new AbortController();
    server.handler = () => interruption.abort();
    const { code, err } = await loggedIn().vsysctl(['vsys', 'list'], { signal: interruption.signal });
    expect(code).toBe(130);
    expect(err).toBe('interrupted\n');
  });

  it('waits for an operation whose end is told by 409', async () => {
    const operation = {
      id: 'op-1',
      kind: 'vsys.create',
      vsysId: 'V',
      state: 'failed',
      stepsDone: 3,
      stepsTotal: 9,
      error: {
        code: 'pool-unreachable',
        message: 'pool-1 does not answer.',
        retry: 'same',
        remedy: 'Resume it.',
      },
      requestId: 'r-9',
      startedAt: null,
      finishedAt: null,
      createdAt: '2026-11-23T10:00:00Z',
      requestedBy: null,
      onFailure: 'keep',
      cancelRequested: false,
    };
    server.handler = (_, response) => json(response, 409, operation);
    const { code, out, err } = await loggedIn().vsysctl(['operations', 'wait', 'op-1', '-o', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual(operation);
    expect(err).toContain('error: pool-1 does not answer. (operation op-1)');
    expect(err).toContain('remedy   Resume it. Go on with `vsysctl operations resume op-1`.');
    expect(err).toContain('request  r-9');
  });

  it('waits no longer than it is told', async () => {
    server.handler = (_, response) =>
      json(response, 202, {
        id: 'op-1',
        state: 'running',
        error: null,
        kind: 'k',
        vsysId: 'V',
        stepsDone: 0,
        stepsTotal: 0,
        createdAt: 'now',
        startedAt: null,
        finishedAt: null,
      });
    const { code } = await loggedIn().vsysctl(['operations', 'wait', 'op-1', '--timeout', '1']);
    expect(code).toBe(8);
    expect(server.requests[0]?.url).toBe('/v1/operations/op-1/wait?timeout=1');
  });

  it('watches a system as long as something is done to it', async () => {
    const operation = (state: string) => ({
      id: 'op-1',
      kind: 'vsys.create',
      vsysId: 'V',
      state,
      stepsDone: 1,
      stepsTotal: 2,
      error: null,
      steps: [],
    });
    const vsys = {
      id: 'DEMO0001-7K2M9QXPA',
      name: 'shop',
      phase: 'ready',
      descriptor: null,
      parameters: {},
      price: { currency: 'EUR', perHour: '1', perMonth: '730', unpriced: [] },
      problem: null,
      vservers: [],
      vdisks: [],
      vnets: [],
      publicIps: [],
      createdAt: '2026-11-23T10:00:00Z',
      changedAt: '2026-11-23T10:00:00Z',
      deletedAt: null,
    };
    let state = 'running';
    server.handler = ({ url = '' }, response) => {
      if (url.startsWith('/v1/operations?'))
        return json(response, 200, { items: [operation(state)], nextCursor: null });
      if (url === '/v1/operations/op-1') return json(response, 200, operation(state));
      if (!url.endsWith('/events')) return json(response, 200, vsys);
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const part = { id: 'S-1', kind: 'vserver', name: 'web-1', state: 'starting', reason: null };
      response.write(`event: part\ndata: ${JSON.stringify(part)}\n\n`);
      state = 'succeeded';
      return response.end(`event: operation\ndata: ${JSON.stringify(operation(state))}\n\n`);
    };
    const { code, out, err } = await loggedIn().vsysctl(['vsys', 'show', vsys.id, '--watch']);
    expect(code).toBe(0);
    expect(err).toBe('vserver web-1 starting\nvsys.create succeeded (1 of 2 steps)\n');
    expect(out).toMatch(/^shop \(DEMO0001-7K2M9QXPA\) +ready$/m);
  });
});
