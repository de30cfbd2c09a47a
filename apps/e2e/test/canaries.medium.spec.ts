/**
 * Secrets of every kind are planted in a whole installation, then looked for wherever they could have leaked to: the logs of all
 * processes, every row of the database, every key of Redis, figures, events, audit, plans, answers and errors.
 *
 *   plant (by us, or made by the service and told once) ──► work with them ──► look everywhere: only sealed forms
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '@openvsys/embedded';
import { useTestDatabase, useTestRedis } from '@openvsys/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cloud } from '../src/index.js';

const database = useTestDatabase();
const redis = useTestRedis();
let cloud: Cloud;
let workerMetrics: string;

beforeAll(async () => {
  const port = await findFreePort();
  workerMetrics = `http://127.0.0.1:${port}/metrics`;
  cloud = await Cloud.start({
    databaseUrl: database.url,
    redisUrl: redis.url,
    api: { LOG_LEVEL: 'trace', OUTBOUND_RANGES: '127.0.0.1/32' },
    worker: { LOG_LEVEL: 'trace', OUTBOUND_RANGES: '127.0.0.1/32', METRICS_PORT: String(port) },
  });
});
afterAll(async () => cloud.stop());

const PEM = join(import.meta.dirname, '../../../libs/efm/test/certificates');
const pem = async (name: string): Promise<string> => readFile(join(PEM, `${name}.pem`), 'utf8');
/** A line of the key itself, which no header shares. */
const lineOf = (key: string): string =>
  key
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('-----'))
    .toSorted((a, b) => b.length - a.length)[0] ?? '';

const KEY = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

const PLANTED = {
  'private key of a VPN': KEY(0x51),
  'key that two ends of a VPN share': KEY(0x52),
  'password of a pool': 'canary-pool-password',
  'new password of a pool': 'canary-pool-password-2',
  'secret parameter': 'canary_secret_parameter',
  'password of a login': 'canary_login_password',
  'password of a login of a single server': 'canary-single-login',
  'password in a request that is refused': 'canary-refused-password',
} as const;

const DESIGN = `
apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: canaries, version: 1.0.0 }
parameters:
  secretWord: { type: string, secret: true, minLength: 8 }
  loginPassword: { type: string, secret: true, minLength: 8 }
  vpnKey: { type: string, secret: true }
  sharedKey: { type: string, secret: true }
vnets: { dmz: { cidr: 10.30.0.0/24 }, app: { cidr: 10.31.0.0/24 } }
publicIps: { www: {} }
efms:
  fw: { kind: firewall, config: { sourceNat: { publicIp: www } } }
  lb:
    kind: load-balancer
    nics: [{ vnet: dmz }, { vnet: app }]
    config:
      listeners: [{ name: http, protocol: http, port: 80, publicIp: www, members: [web], memberPort: 8080 }]
  vpn:
    kind: vpn
    nics: [{ vnet: dmz }]
    config:
      publicIp: www
      privateKey: \${vpnKey}
      network: 10.99.0.0/24
      vnets: [app]
      peers:
        - { name: staff, publicKey: '${KEY(3)}', presharedKey: '\${sharedKey}', address: 10.99.0.2 }
vservers:
  web:
    type: standard.tiny
    image: debian-13
    nics: [{ vnet: app }]
    configDrive: true
    login: { user: ada, password: '\${loginPassword}' }
    userData: |
      A=\${secretWord}
vdisks:
  data: { size: 1, server: web }
`;

/** Fields of all answers that the story looks into; which of them there are depends on the route. */
interface Told {
  readonly status: number;
  readonly text: string;
  readonly id: string;
  readonly operation: { readonly id: string };
  readonly added: readonly { readonly id: string; readonly name: string }[];
  readonly key: string;
  readonly secret: string;
  readonly token: string;
  readonly ticket: string;
  readonly url: string;
  readonly password: string;
  readonly privateKey: string;
}

/** Such calls cannot be repeated: a stored answer would keep the secret. */
const TOLD_ONCE = /(?:certificates|webhooks|tokens|initial-password|console|copy-key)$/;

/** Any answer; secrets that are told once are kept apart by the caller. */
async function send(method: string, path: string, body?: object, token = cloud.access.token): Promise<Told> {
  const answer = await fetch(`${cloud.access.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'If-Match': '*',
      ...(method === 'POST' && !TOLD_ONCE.test(path) ? { 'Idempotency-Key': crypto.randomUUID() } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) errors.push(text);
  const told = (text.startsWith('{') ? JSON.parse(text) : {}) as Told;
  return { ...told, status: answer.status, text };
}
const errors: string[] = [];

/** Name → secret. Throws when the service did not tell it: then nothing would be looked for. */
async function plantAll(): Promise<Readonly<Record<string, string>>> {
  const { tenant } = cloud;
  const provider = cloud.providerToken;
  const poolBody = {
    name: 'canary',
    urls: ['https://127.0.0.1:9'],
    username: 'root',
    vlanFirst: 1,
    vlanLast: 2,
  };
  const pool = await send(
    'POST',
    '/v1/pools',
    { ...poolBody, password: PLANTED['password of a pool'] },
    provider,
  );
  await send('PATCH', `/v1/pools/${pool.id}`, { password: PLANTED['new password of a pool'] }, provider);

  const parameters = {
    secretWord: PLANTED['secret parameter'],
    loginPassword: PLANTED['password of a login'],
    vpnKey: PLANTED['private key of a VPN'],
    sharedKey: PLANTED['key that two ends of a VPN share'],
  };
  const { vsysId, operation, parts } = await tenant.create({ name: 'canaries', source: DESIGN, parameters });
  expect(await tenant.ended(operation.id)).toMatchObject({ state: 'succeeded', error: null });
  const part = (name: string): string => parts.find((each) => each.name === name)?.id ?? '';

  const key = await pem('shop-key');
  const certificate = { certificate: await pem('shop'), privateKey: key };
  const uploaded = await send('PUT', `/v1/efms/${part('lb')}/certificates/shop`, certificate);
  expect(uploaded).toMatchObject({ status: 202 });
  expect(await tenant.ended(uploaded.operation.id)).toMatchObject({ state: 'succeeded' });

  const backup = await send('POST', `/v1/vdisks/${part('data')}/backups`, { name: 'canary' });
  expect(await tenant.ended(backup.operation.id)).toMatchObject({ state: 'succeeded' });
  const copyKey = await send('PUT', `/v1/backups/${backup.added[0]?.id}/copy-key`, {});

  const user = await send('POST', '/v1/users', { name: 'canary', roles: ['monitor'] });
  const issued = await send('POST', `/v1/users/${user.id}/certificates`, {});
  const hook = await send('POST', '/v1/webhooks', { name: 'canary', url: 'https://10.0.0.1/hook' });
  const hook2 = await send('POST', '/v1/webhooks', { name: 'canary', url: 'https://127.0.0.1:9/hook' });
  const token = await send('POST', '/v1/tokens', { name: 'canary', roles: ['monitor'] });
  const ticket = await send('POST', `/v1/vservers/${part('web')}/console`);
  const server = { vsysId, type: 'standard.tiny', image: 'debian-13', nics: [{ vnetId: part('app') }] };
  const login = { user: 'ada', password: PLANTED['password of a login of a single server'] };
  const single = await send('POST', '/v1/vservers', { ...server, name: 'single', login });
  expect(await tenant.ended(single.operation.id)).toMatchObject({ state: 'succeeded' });
  const made = await send('POST', '/v1/vservers', {
    ...server,
    name: 'made',
    login: { user: 'ada', generatePassword: true },
  });
  expect(await tenant.ended(made.operation.id)).toMatchObject({ state: 'succeeded' });
  const madeId = made.added.find(({ name }) => name === 'made')?.id ?? '';
  const first = await send('POST', `/v1/vservers/${madeId}/initial-password`);
  expect(hook.status).toBe(400);
  const tellers = { user, issued, copyKey, hook2, token, ticket, first };
  const untold = Object.entries(tellers).filter(([, { status }]) => status !== 200 && status !== 201);
  expect(untold.map(([name, { text }]) => `${name}: ${text}`)).toEqual([]);
  await refused(part('app'), vsysId, provider);
  return {
    ...PLANTED,
    'private key of an EFM': lineOf(key),
    'private key of a user': lineOf(issued.privateKey),
    'copy key of a back-up': copyKey.key,
    'secret of a webhook': hook2.secret,
    'a token': token.token,
    'the tenant’s token': cloud.access.token,
    'the provider’s token': provider,
    'a ticket for a screen': ticket.ticket,
    'first password of a server': first.password,
    'key of the installation': Buffer.alloc(32, 7).toString('base64'),
  };
}

/** Requests with secrets that fail in every way: validation, rules, the database. */
async function refused(vnetId: string, vsysId: string, provider: string): Promise<void> {
  const secret = PLANTED['password in a request that is refused'];
  const login = { user: 'ada', password: secret };
  const server = { vsysId, name: 'bad', image: 'debian-13', nics: [{ vnetId }], login };
  const pool = { name: 'canary', urls: ['https://127.0.0.1:9'], username: 'root', password: secret };
  for (const answer of [
    await send('POST', '/v1/vservers', { ...server, type: 'standard.none' }),
    await send('POST', '/v1/vservers', { ...server, type: 7 }),
    await send('POST', '/v1/vservers', { ...server, type: 'standard.tiny', login: { ...login, user: '!' } }),
    await send('POST', '/v1/pools', { ...pool, vlanFirst: 5, vlanLast: 2 }, provider),
    await send('POST', '/v1/vsys', { name: 'x', source: `a: &a [${secret}`, parameters: { secret } }),
    await send('GET', `/v1/whoami`, undefined, secret),
  ])
    expect(answer.status).toBeGreaterThanOrEqual(400);
}

/** Every answer, error, row, key, line and figure: where → text. */
async function everywhere(): Promise<Readonly<Record<string, string>>> {
  const places: Record<string, string> = { 'error answers': errors.join('\n') };
  for (const name of (await readdir(cloud.logs)).filter((each) => !each.startsWith('simulator')))
    places[`log ${name}`] = await readFile(join(cloud.logs, name), 'utf8');
  for (const path of [
    'events',
    'audit',
    'operations',
    'vsys',
    'vservers',
    'efms',
    'webhooks',
    'tokens',
    'users',
    'certificates',
    'backups',
    'descriptors',
  ])
    places[`GET ${path}`] = (await send('GET', `/v1/${path}`)).text;
  places['GET pools'] = (await send('GET', '/v1/pools', undefined, cloud.providerToken)).text;
  places['figures of the API'] = await (await fetch(`${cloud.access.url}/metrics`)).text();
  places['figures of the worker'] = await (await fetch(workerMetrics)).text();
  return { ...places, ...(await rows()), ...(await keys()) };
}

async function rows(): Promise<Readonly<Record<string, string>>> {
  return cloud.database.session(async (session) => {
    const tables = await session.rows<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const texts: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await session.rows<{ text: string }>(
        `SELECT coalesce(string_agg(t::text, E'\\n'), '') AS text FROM "${name}" t`,
      );
      texts[`table ${name}`] = row?.text ?? '';
    }
    return texts;
  });
}

async function keys(): Promise<Readonly<Record<string, string>>> {
  const client = new Redis(redis.url);
  try {
    const names = await client.keys('*');
    const dumps = await Promise.all(names.map(async (name) => client.dumpBuffer(name)));
    return {
      Redis: `${names.join('\n')}\n${dumps.map((dump) => dump?.toString('latin1') ?? '').join('\n')}`,
    };
  } finally {
    client.disconnect();
  }
}

/** As it is, in JSON, in base64 and as the database shows bytes. */
const forms = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
  ];
};

describe('secrets', () => {
  it('are found sealed only, wherever one looks', { timeout: 60_000 }, async () => {
    const secrets = await plantAll();
    for (const [name, secret] of Object.entries(secrets))
      expect([name, secret.length >= 8]).toEqual([name, true]);
    const places = await everywhere();
    const found = Object.entries(secrets).flatMap(([name, secret]) =>
      Object.entries(places)
        .filter(([, text]) => forms(secret).some((form) => text.includes(form)))
        .map(([place]) => `${name} in ${place}`),
    );
    expect(found).toEqual([]);
    // What was looked at is what was worked with.
    expect(places['table vserver']).toContain('made');
    expect(places['log api.log']).toContain('/v1/webhooks');
    expect(places['figures of the worker']).toContain('openvsys_');
    expect(places['Redis']?.length).toBeGreaterThan(100);
  });
});
