/**
 * A bill on its way to a billing system, with everything real: the worker closes the hours and tells that the month can be closed,
 * somebody closes it, and the receiver of the webhook fetches the statement that it is told of.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../src/index.js';
import { useCloud } from './use-cloud.js';

const HOUR = 3_600_000;
const NOW = new Date();
/** Four to six hours before the month began in UTC: the month before, wherever the contract is. */
const BEGAN = new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth(), 1) - 30 * HOUR);
const ENDED = new Date(BEGAN.getTime() + 2 * HOUR);

/** Whatever JSON holds. */
type Body = ReturnType<typeof JSON.parse>;
interface Received {
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly event: Body;
}

describe('a bill', () => {
  const settings = { OUTBOUND_RANGES: '127.0.0.0/8' };
  const cloud = useCloud({ api: settings, worker: settings });
  const received: Received[] = [];
  let receiver: Server;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        received.push({ text, headers: request.headers, event: JSON.parse(text) });
        response.writeHead(204).end();
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
  });
  afterAll(() => receiver.close());

  const asProvider = async (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${cloud().access.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${cloud().providerToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const arrived = async (type: string): Promise<Received> => {
    await until(async () => Promise.resolve(received.some(({ event }) => event.type === type)), {
      for: `the event ${type}`,
      limitMs: 30_000,
    });
    return received.find(({ event }) => event.type === type) as Received;
  };

  /** A public address for two hours of last month; no other hour is to be looked at. */
  const use = async (): Promise<void> =>
    cloud().database.session(async (session) => {
      await session.change(
        `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at, ended_at)
         SELECT $1, d.organization_id, d.id, '', 'address', 'public-ip', 'ip.public', 40, $2, $3 FROM vdc d LIMIT 1`,
        [uuidv7(), BEGAN, ENDED],
      );
      await session.change(
        `INSERT INTO closed_hour (hour, closed_at) SELECT h, now()
         FROM generate_series($1::timestamptz - interval '1 hour', date_trunc('hour', now()) - interval '1 hour', '1 hour') h
         WHERE h NOT IN ($1, $1::timestamptz + interval '1 hour') ON CONFLICT DO NOTHING`,
        [BEGAN],
      );
      await session.change(`UPDATE price SET valid_from = '2020-01-01T00:00:00Z'`);
    });

  it('is told of, closed, pushed and fetched', { timeout: 90_000 }, async () => {
    const [worker] = cloud().workers;
    await worker?.stop();
    await use();
    const { port } = receiver.address() as AddressInfo;
    const wish = { name: 'billing', url: `http://127.0.0.1:${port}/bills`, types: ['statement.*'] };
    const made = await asProvider('POST', '/v1/webhooks', wish);
    expect(made.status).toBe(201);
    const { secret } = (await made.json()) as Body;
    await worker?.start();

    const ready = await arrived('statement.ready');
    const { period, total, links, lookAt } = ready.event.data;
    expect([total, lookAt]).toEqual([expect.stringMatching(/^0\.\d*[1-9]\d*$/), []]);
    const close = `${links.statement.replace('?', '/close?')}`;
    const closed = await asProvider('POST', close, {});
    expect([closed.status, await closed.json()]).toMatchObject([200, { state: 'closed', period, total }]);

    const pushed = await arrived('statement.closed');
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = pushed.headers;
    const key = Buffer.from(String(secret).replace('whsec_', ''), 'base64');
    const expected = createHmac('sha256', key).update(`${String(id)}.${String(at)}.${pushed.text}`);
    expect(signature).toBe(`v1,${expected.digest('base64')}`);
    const told = pushed.event.data;
    const statement = (await (await asProvider('GET', told.links.statement)).json()) as Body;
    expect(statement).toMatchObject({ state: 'closed', period, total, hash: told.hash });
    const file = await (await asProvider('GET', told.links.export)).text();
    expect(file).toContain('ip.public');
  });
});
