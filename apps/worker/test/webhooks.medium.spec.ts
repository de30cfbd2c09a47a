/** Webhooks against a real PostgreSQL and a target over real sockets: order, repeats, crashes, signatures, dead letters. */
import {
  createTextSealer,
  Database,
  feedEvents,
  insertEvent,
  insertOrganization,
  listDeliveries,
  listEvents,
  lockWebhook,
  readFeed,
  replayRange,
  SecretBox,
  writeWebhook,
  type DeliveryRecord,
  type WebhookRecord,
} from '@openvsys/persistence';
import { createOutboundClient, type OutboundClient } from '@openvsys/outbound';
import { useTestDatabase } from '@openvsys/testing';
import { contractId, organizationId, Scope, type OrganizationId } from '@openvsys/vsys';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebhookSender } from '../src/webhooks/webhook-sender.js';

const test = useTestDatabase();
const START = new Date('2026-03-16T12:00:00.000Z');
const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;
const secrets = new SecretBox(new Uint8Array(32).fill(7));
const sealer = createTextSealer(secrets);

interface Received {
  readonly id: string;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly event: { readonly type: string; readonly resource: string; readonly data: { readonly n: number } };
}

let database: Database;
let organization: OrganizationId;
let scope: Scope;
let server: Server;
let outbound: OutboundClient;
let sender: WebhookSender;
let now: number;
let received: Received[];
/** What the target answers. */
let answer: (message: Received) => number;
const warnings: object[] = [];

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

beforeAll(async () => {
  database = await Database.connect({ url: test.url, poolSize: 12 });
  await database.migrate();
  organization = organizationId(uuidv7());
  await database.transaction(async (session) =>
    insertOrganization(session, {
      id: organization,
      contract: contractId('TEST0001'),
      name: 'Test',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      state: 'active',
      createdAt: START,
    }),
  );
  scope = Scope.of({ actor: 'test', organizationId: organization, roles: [], vdcIds: null });
  server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const headers = request.headers as Record<string, string>;
      const event = JSON.parse(body) as Received['event'];
      const message = { id: headers['webhook-id'] ?? '', body, headers, event };
      received.push(message);
      response.writeHead(answer(message), { location: 'https://elsewhere.example/' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await database.close();
});
beforeEach(async () => {
  now = START.getTime();
  received = [];
  warnings.length = 0;
  answer = () => 204;
  outbound = createOutboundClient({ namedRanges: ['127.0.0.0/8'], userAgent: 'OpenVSYS/test' });
  sender = newSender(outbound);
  await database.session(async (session) => {
    await session.change('DELETE FROM webhook');
    await session.change('DELETE FROM event');
  });
});
afterEach(async () => {
  await sender.stop();
  await outbound.close();
});

function newSender(client: Pick<OutboundClient, 'request'>): WebhookSender {
  return new WebhookSender({
    database,
    outbound: client,
    sealer,
    clock: { now: () => new Date(now) },
    newId: uuidv7,
    chance: () => 0.5,
    warn: (fields) => warnings.push(fields),
  });
}

async function addWebhook(changes: Partial<WebhookRecord> = {}): Promise<string> {
  const id = uuidv7();
  const address = server.address() as AddressInfo;
  await database.transaction(async (session) =>
    writeWebhook(session, {
      id,
      organizationId: organization,
      name: 'billing',
      url: `http://127.0.0.1:${address.port}/hook`,
      types: [],
      vsysIds: [],
      vdcIds: null,
      state: 'enabled',
      secret: sealer.seal(SECRET, `webhook:${id}`),
      previousSecret: null,
      previousSecretUntil: null,
      version: 1,
      failures: 0,
      pausedUntil: null,
      lastSuccessAt: null,
      createdAt: START,
      changedAt: START,
      ...changes,
    }),
  );
  return id;
}

async function tell(resource: string, n: number, type = 'vserver.state'): Promise<string> {
  const id = uuidv7();
  const event = {
    id,
    organizationId: organization,
    vsysId: null,
    resource,
    type,
    data: { n },
    at: new Date(now),
  };
  await database.transaction(async (session) => insertEvent(session, event));
  return id;
}

/** Looks until nothing more is due at this moment. */
async function settle(one: WebhookSender = sender): Promise<void> {
  await one.look();
  await one.idle();
}

const deliveries = async (webhook: string): Promise<readonly DeliveryRecord[]> =>
  (await database.session(async (session) => listDeliveries(session, webhook, {}, { limit: 500 }))).items;

const orderOf = (resource: string): readonly number[] =>
  received.filter(({ event }) => event.resource === resource).map(({ event }) => event.data.n);

describe('the feed', () => {
  it('tells an event that commits late, behind those with higher ids', async () => {
    const late = {
      id: uuidv7(),
      organizationId: organization,
      vsysId: null,
      type: 'a.b',
      data: {},
      at: START,
    };
    const begun = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const slow = database.transaction(async (session) => {
      await insertEvent(session, { ...late, resource: 'slow' });
      begun.resolve();
      await mayCommit.promise;
    });
    await begun.promise;
    await tell('quick', 1);
    const feed = async () =>
      (await database.session(async (session) => readFeed(session, scope, {}, { after: 0, limit: 10 }))).map(
        ({ resource }) => resource,
      );
    await database.transaction(async (session) => feedEvents(session, START));
    expect(await feed()).toEqual(['quick']);
    mayCommit.resolve();
    await slow;
    await database.transaction(async (session) => feedEvents(session, START));
    expect(await feed()).toEqual(['quick', 'slow']);
  });

  it('makes each delivery once, however many workers look', async () => {
    const webhook = await addWebhook();
    for (let n = 0; n < 30; n += 1) await tell(`s-${n % 3}`, n);
    const others = Array.from({ length: 4 }, () => newSender(outbound));
    await Promise.all(others.map(async (each) => await settle(each)));
    await Promise.all(others.map(async (each) => await settle(each)));
    expect(received).toHaveLength(30);
    expect(new Set(received.map(({ id }) => id)).size).toBe(30);
    expect((await deliveries(webhook)).every(({ state }) => state === 'delivered')).toBe(true);
    for (const resource of ['s-0', 's-1', 's-2']) {
      expect(orderOf(resource)).toEqual(orderOf(resource).toSorted((a, b) => a - b));
    }
  });
});

describe('webhooks', () => {
  it('are told what they asked for, signed', async () => {
    const id = await addWebhook({ types: ['vserver.*', 'statement.closed'] });
    await tell('s-1', 1);
    await tell('s-1', 2, 'vdisk.state');
    await tell('2026-03', 3, 'statement.closed');
    await tell('s-1', 4, 'vserver-group.state');
    await tell(id, 5, 'webhook.dead');
    await settle();
    expect(received.map(({ event }) => event.data.n)).toEqual([1, 3]);
    for (const { body, headers } of received) {
      // The signature holds the time of sending, which the library compares with now.
      const {
        'webhook-id': messageId,
        'webhook-timestamp': seconds,
        'webhook-signature': signature,
      } = headers;
      expect(new Webhook(SECRET).sign(messageId ?? '', new Date(Number(seconds) * 1_000), body)).toBe(
        signature,
      );
    }
  });

  it('sign with the old secret too until its time is over', async () => {
    const until = new Date(START.getTime() + 1_000);
    const id = await addWebhook({ previousSecretUntil: until });
    await database.transaction(async (session) => {
      const webhook = await lockWebhook(session, scope, id);
      await writeWebhook(session, { ...webhook, previousSecret: sealer.seal(OLD_SECRET, `webhook:${id}`) });
    });
    await tell('s-1', 1);
    await settle();
    now += 2_000;
    await tell('s-1', 2);
    await settle();
    const [both, one] = received.map(({ headers }) => headers['webhook-signature']?.split(' '));
    const [first] = received;
    expect(both).toHaveLength(2);
    expect(both?.[1]).toBe(new Webhook(OLD_SECRET).sign(first?.id ?? '', START, first?.body ?? ''));
    expect(one).toHaveLength(1);
  });

  it('are told of one resource in order while it fails, and of others meanwhile', async () => {
    answer = ({ event }) => (event.resource === 'broken' && now < START.getTime() + 30_000 ? 500 : 200);
    const webhook = await addWebhook();
    for (const n of [1, 2, 3]) await tell('broken', n);
    for (const n of [1, 2, 3]) await tell('fine', n);
    for (let second = 0; second <= 60; second += 1) {
      now = START.getTime() + second * 1_000;
      await settle();
    }
    expect(orderOf('fine')).toEqual([1, 2, 3]);
    expect(orderOf('broken').filter((n) => n > 1)).toEqual([2, 3]);
    const attempts = orderOf('broken').filter((n) => n === 1).length;
    expect(attempts).toBeGreaterThan(2);
    expect(attempts).toBeLessThan(8);
    const first = (await deliveries(webhook)).find(
      ({ resource, attempts: made }) => resource === 'broken' && made > 1,
    );
    expect(first).toMatchObject({ state: 'delivered', lastStatus: 200, attempts });
  });

  it('are sent the same id again when a worker dies between sending and recording', async () => {
    await addWebhook();
    const id = await tell('s-1', 1);
    await tell('s-1', 2);
    // It sends, and never comes to record it.
    const dying = newSender({
      request: async (request) => {
        await outbound.request(request);
        return await new Promise<never>(() => undefined);
      },
    });
    await dying.look();
    await expect.poll(() => received.length, { timeout: 5_000 }).toBe(1);
    await settle();
    expect(received).toHaveLength(1);
    now += 31_000;
    await settle();
    expect(received.map((message) => message.id).slice(0, 2)).toEqual([id, id]);
    expect(orderOf('s-1')).toEqual([1, 1, 2]);
  });

  it('are given up after a day, with an alarm, and can be told again', async () => {
    answer = () => 503;
    const webhook = await addWebhook();
    const alarms = await addWebhook({ types: ['webhook.*'], name: 'alarms' });
    await tell('s-1', 1);
    await settle();
    now += 24 * 3_600_000 + 1;
    await sender.tidy();
    expect((await deliveries(webhook)).map(({ state, attempts }) => ({ state, attempts }))).toEqual([
      { state: 'dead', attempts: 1 },
    ]);
    expect(warnings).toEqual([{ webhookId: webhook, count: 1, lastError: 'The target answered 503.' }]);
    const events = await database.session(async (session) =>
      listEvents(session, scope, { types: ['webhook.dead'] }, { limit: 10 }),
    );
    expect(events.items.map(({ resource, data }) => ({ resource, data }))).toEqual([
      { resource: webhook, data: { name: 'billing', count: 1, lastError: 'The target answered 503.' } },
    ]);
    answer = () => 200;
    received = [];
    const range = { from: START, to: new Date(now), state: 'dead' } as const;
    const replayed = await database.transaction(async (session) =>
      replayRange(session, webhook, range, new Date(now)),
    );
    expect(replayed).toBe(1);
    await settle();
    expect(received.map(({ event }) => event.type).toSorted()).toEqual(['vserver.state', 'webhook.dead']);
    expect((await deliveries(alarms)).map(({ state }) => state)).toEqual(['delivered']);
  });

  it('end when the target says that it is gone', async () => {
    answer = () => 410;
    const webhook = await addWebhook();
    await tell('s-1', 1);
    await settle();
    await tell('s-1', 2);
    now += 3_600_000;
    await settle();
    expect(received).toHaveLength(1);
    const stored = await database.session(async (session) => lockWebhook(session, scope, webhook));
    expect(stored.state).toBe('disabled');
  });

  it('do not follow redirects and do not reach the inner network', async () => {
    answer = () => 302;
    const webhook = await addWebhook();
    const inner = await addWebhook({ url: 'https://169.254.169.254/latest' });
    await tell('s-1', 1);
    await settle();
    expect((await deliveries(webhook))[0]).toMatchObject({ state: 'pending', lastStatus: 302 });
    expect((await deliveries(inner))[0]).toMatchObject({
      state: 'pending',
      lastStatus: null,
      lastError: expect.stringContaining('public address') as string,
    });
  });
});
