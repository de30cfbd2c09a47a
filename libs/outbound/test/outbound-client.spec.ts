import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createOutboundClient,
  type OutboundClient,
  type OutboundOptions,
  type OutboundRequest,
} from '../src/index.js';
import { makeCertificate, startPlain, startTls, type Target } from './targets.js';

const LIMITS = { method: 'GET', maxBytes: 1_000, timeoutMs: 5_000 } as const;
const certificate = makeCertificate();

let tls: Target;
let inner: Target;
const clients: OutboundClient[] = [];

/** Names of the tests lead to this machine, which counts as public only where a test says so. */
function open(options: Partial<OutboundOptions> = {}): OutboundClient {
  const client = createOutboundClient({
    namedRanges: ['127.0.0.1/32'],
    userAgent: 'OpenVSYS/test',
    ca: [certificate.cert],
    resolve: async () => await Promise.resolve(['127.0.0.1']),
    ...options,
  });
  clients.push(client);
  return client;
}

const get = async (client: OutboundClient, url: string, more: Partial<OutboundRequest> = {}) =>
  await client.request({ ...LIMITS, url, ...more });

beforeAll(async () => {
  inner = await startPlain((_request, response) => response.end('secrets of the inner network'));
  tls = await startTls(certificate, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://hooks.example');
    if (url.pathname === '/to')
      response.writeHead(302, { location: url.searchParams.get('url') ?? '' }).end();
    else if (url.pathname === '/loop') response.writeHead(302, { location: '/loop' }).end();
    else if (url.pathname === '/endless') response.writeHead(200).write('x'.repeat(600), () => undefined);
    else if (url.pathname === '/big') response.end('x'.repeat(1_001));
    else if (url.pathname === '/silent') return;
    else response.end(JSON.stringify({ path: request.url, headers: request.headers }));
  });
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map(async (client) => await client.close()));
});

afterAll(async () => {
  await tls.close();
  await inner.close();
});

describe('requests to addresses of tenants', () => {
  it('sends over TLS, by name', async () => {
    const answer = await get(open(), `https://hooks.example:${tls.port}/a?b=1#c`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(Buffer.from(answer.body).toString())).toMatchObject({
      path: '/a?b=1',
      headers: { host: `hooks.example:${tls.port}`, 'user-agent': 'OpenVSYS/test' },
    });
  });

  it('believes no certificate of another name or of an unknown authority', async () => {
    await expect(get(open(), `https://other.example:${tls.port}/`)).rejects.toMatchObject({
      code: 'target-unreachable',
      message: expect.stringContaining('certificate is for another name') as string,
    });
    await expect(get(open({ ca: [] }), `https://hooks.example:${tls.port}/`)).rejects.toMatchObject({
      message: expect.stringContaining('certificate') as string,
    });
  });

  it.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0/',
    'https://169.254.169.254/latest/meta-data/',
    'https://hooks.example/',
    'http://hooks.example/',
  ])('refuses %s when this machine is not named', async (url) => {
    const client = open({ namedRanges: [] });
    await expect(get(client, url)).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(client.check(url)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it.each([
    'ftp://hooks.example/',
    'file:///etc/passwd',
    'hooks.example',
    'https://u:p@hooks.example/',
    `https://a.example/${'x'.repeat(2_048)}`,
  ])(
    'refuses %s',
    async (url) => await expect(get(open(), url)).rejects.toMatchObject({ code: 'invalid-request' }),
  );

  it('speaks plain HTTP with named ranges only', async () => {
    await expect(get(open(), `http://billing.example:${inner.port}/`)).resolves.toMatchObject({
      status: 200,
    });
    const public_ = open({ namedRanges: [], resolve: async () => await Promise.resolve(['93.184.215.14']) });
    await expect(get(public_, 'http://billing.example/')).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('refuses a name of which one address is inside', async () => {
    const client = open({
      namedRanges: [],
      resolve: async () => await Promise.resolve(['93.184.215.14', '127.0.0.1']),
    });
    await expect(get(client, 'https://hooks.example/')).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('is not fooled by a name that leads inside when it is asked again', async () => {
    // The first answer is public and passes the check of the address, later ones lead to the inner network.
    let asked = 0;
    const client = open({
      namedRanges: [],
      resolve: async () => {
        asked += 1;
        return await Promise.resolve(asked === 1 ? ['93.184.215.14'] : ['127.0.0.1']);
      },
    });
    const before = inner.asked.length + tls.asked.length;
    await expect(client.check(`https://hooks.example:${tls.port}/`)).resolves.toBeUndefined();
    await expect(get(client, `https://hooks.example:${tls.port}/`)).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(inner.asked.length + tls.asked.length).toBe(before);
  });

  it('connects to the address that was checked and asks for no second one', async () => {
    const answers: string[] = [];
    const client = open({
      resolve: async (name) => {
        answers.push(name);
        return await Promise.resolve(answers.length === 1 ? ['127.0.0.1'] : ['10.0.0.1']);
      },
    });
    await expect(get(client, `https://hooks.example:${tls.port}/`)).resolves.toMatchObject({ status: 200 });
    expect(answers).toEqual(['hooks.example']);
  });
});

describe('redirects', () => {
  const to = (url: string) => `https://hooks.example:${tls.port}/to?url=${encodeURIComponent(url)}`;

  it('are followed, without secrets for another origin', async () => {
    const headers = { authorization: 'Bearer secret', 'x-kept': 'yes' };
    const answer = await get(open(), to(`https://files.example:${tls.port}/b`), { headers });
    const seen = JSON.parse(Buffer.from(answer.body).toString()) as { headers: Record<string, string> };
    expect(answer.from).toBe(`https://files.example:${tls.port}/b`);
    expect(seen.headers).toMatchObject({ 'x-kept': 'yes' });
    expect(seen.headers).not.toHaveProperty('authorization');
  });

  it('are checked like the first address', async () => {
    const client = open({
      resolve: async (name) => await Promise.resolve([name === 'hooks.example' ? '127.0.0.1' : '10.9.8.7']),
    });
    for (const url of ['https://inner.example/', 'https://169.254.169.254/', 'file:///etc/passwd']) {
      await expect(get(client, to(url))).rejects.toMatchObject({ code: 'invalid-request' });
    }
  });

  it('do not leave encryption', async () => {
    const asked = inner.asked.length;
    await expect(get(open(), to(`http://hooks.example:${inner.port}/`))).rejects.toMatchObject({
      code: 'target-unreachable',
    });
    expect(inner.asked).toHaveLength(asked);
  });

  it('end', async () => {
    await expect(get(open(), `https://hooks.example:${tls.port}/loop`)).rejects.toMatchObject({
      message: expect.stringContaining('without end') as string,
    });
  });

  it('are the answer to a POST', async () => {
    const answer = await get(open(), to('https://files.example/'), { method: 'POST', body: '{}' });
    expect(answer.status).toBe(302);
  });
});

describe('bounds', () => {
  it('ends a body that is too long', async () => {
    await expect(get(open(), `https://hooks.example:${tls.port}/big`)).rejects.toMatchObject({
      code: 'too-large',
    });
  });

  it.each(['/silent', '/endless'])('ends what takes too long: %s', async (path) => {
    await expect(
      get(open(), `https://hooks.example:${tls.port}${path}`, { timeoutMs: 150 }),
    ).rejects.toMatchObject({
      code: 'target-unreachable',
      message: expect.stringContaining('too long') as string,
    });
  });

  it('is ended by its caller', async () => {
    const caller = new AbortController();
    const asked = get(open(), `https://hooks.example:${tls.port}/silent`, { signal: caller.signal });
    caller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('tells nothing of a query', async () => {
    const failed = await get(open(), 'https://hooks.example:1/?token=secret').catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: 'target-unreachable' });
    expect(JSON.stringify(failed) + String(failed)).not.toContain('secret');
  });
});
