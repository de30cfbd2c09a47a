/** A thousand appliances that wait for news: what they cost while nothing happens, and who hears of a change. */
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateToken, insertEfmAgent } from '@openvsys/persistence';
import { vserverId } from '@openvsys/vsys';
import { expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
/** All of them wait for the two appliances of one system: for the API that is the same. */
const WAITERS = 1_000;
const QUIET_MS = 4_000;
/** Of one core while nothing happens; the client side runs in the same process and is part of it. */
const QUIET_LOAD = 0.25;

interface Waiter {
  readonly done: Promise<number>;
  isAnswered: boolean;
}

function wait(port: number, token: string, hash: string): Waiter {
  const waiter: { -readonly [Key in keyof Waiter]: Waiter[Key] } = {
    done: Promise.resolve(0),
    isAnswered: false,
  };
  waiter.done = new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'if-none-match': `"${hash}"` };
    const call = request({
      host: '127.0.0.1',
      port,
      path: '/agent/v1/document?wait=60',
      headers,
      agent: false,
    });
    call.once('error', reject);
    call.once('response', (response) => {
      response.resume();
      waiter.isAnswered = true;
      resolve(response.statusCode ?? 0);
    });
    call.end();
  });
  return waiter;
}

it('waits for next to nothing and tells only whom it concerns', { timeout: 60_000 }, async (context) => {
  const api = world().as(world().demoToken);
  const body = { name: newName('fleet'), vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
  const accepted = await api.post('/v1/vsys').send(body).expect(202);
  const system = (accepted.body as { operation: { vsysId: string } }).operation.vsysId;
  const { items } = (await api.get(`/v1/efms?vsys=${system}`).expect(200)).body as {
    items: { id: string; kind: string; configHash: string }[];
  };
  const tokens = new Map<string, string>();
  for (const { id } of items) {
    const token = generateToken();
    const agent = {
      vserverId: vserverId(id),
      organizationId: world().demo.organizationId,
      createdAt: new Date(),
    };
    await world().database.session(async (session) => insertEfmAgent(session, agent, token));
    tokens.set(id, token);
  }
  const { port } = world().app.getHttpServer().address() as AddressInfo;
  const before = process.memoryUsage().heapUsed;
  const waiters = Array.from({ length: WAITERS }, (_, index) => {
    const efm = items[index % items.length]!;
    return { efm, waiter: wait(port, tokens.get(efm.id) ?? '', efm.configHash) };
  });
  await new Promise((resolve) => {
    setTimeout(resolve, QUIET_MS);
  });
  const from = process.cpuUsage();
  const started = performance.now();
  await new Promise((resolve) => {
    setTimeout(resolve, QUIET_MS);
  });
  const used = process.cpuUsage(from);
  const load = (used.user + used.system) / 1000 / (performance.now() - started);
  const kilobytes = (process.memoryUsage().heapUsed - before) / 1024 / WAITERS;
  await context.annotate(
    `${WAITERS} waiting appliances: ${(load * 100).toFixed(1)} % of a core, ${kilobytes.toFixed(0)} KiB each`,
  );
  expect(waiters.some(({ waiter }) => waiter.isAnswered)).toBe(false);
  expect(load).toBeLessThan(QUIET_LOAD);

  // Another web server is another document for whoever knows of it.
  const etag = (await api.get(`/v1/vsys/${system}`).expect(200)).headers['etag'] as string;
  await api
    .patch(`/v1/vsys/${system}`)
    .set('If-Match', etag)
    .send({ parameters: { webCount: 4 } })
    .expect(202);
  const now = (await api.get(`/v1/efms?vsys=${system}`).expect(200)).body as {
    items: { id: string; configHash: string }[];
  };
  const changed = new Set(
    now.items
      .filter(({ configHash }) => items.every((old) => old.configHash !== configHash))
      .map(({ id }) => id),
  );
  expect(changed.size).toBeGreaterThan(0);
  const concerned = waiters.filter(({ efm }) => changed.has(efm.id));
  expect(new Set(await Promise.all(concerned.map(async ({ waiter }) => waiter.done)))).toEqual(
    new Set([200]),
  );
  expect(waiters.filter(({ efm, waiter }) => !changed.has(efm.id) && waiter.isAnswered)).toEqual([]);
});
