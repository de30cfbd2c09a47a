/** The signature, checked by the library and by the receiver that docs/webhooks.md shows. */
import type { EventRecord } from '@openvsys/persistence';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeMessage } from './message.js';

type Receiver = (
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  now?: number,
) => boolean;

const PAGE = join(import.meta.dirname, '../../../../docs/webhooks.md');
const OLD = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const NEW = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const EVENT: EventRecord = {
  id: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
  organizationId: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c22',
  vsysId: null,
  resource: '2026-03',
  type: 'statement.closed',
  data: { total: '12.30 €' },
  at: new Date('2026-04-01T00:12:00.000Z'),
};

let folder: string;
let isFromOpenVsys: Receiver;

beforeAll(async () => {
  const [, block = ''] = /<!-- receiver:[^]*?```js\n([^]*?)```/.exec(await readFile(PAGE, 'utf8')) ?? [];
  folder = await mkdtemp(join(tmpdir(), 'openvsys-receiver-'));
  const file = join(folder, 'receiver.mjs');
  await writeFile(file, block);
  ({ isFromOpenVsys } = (await import(pathToFileURL(file).href)) as { isFromOpenVsys: Receiver });
});
afterAll(async () => rm(folder, { recursive: true }));

describe('messages of webhooks', () => {
  it('are believed by receivers that know the secret, and by no others', () => {
    const { headers, body } = composeMessage(EVENT, [NEW], new Date());
    expect(isFromOpenVsys(NEW, headers, body)).toBe(true);
    expect(isFromOpenVsys(OLD, headers, body)).toBe(false);
    expect(isFromOpenVsys(NEW, headers, body.replace('12.30', '12.31'))).toBe(false);
    expect(isFromOpenVsys(NEW, { ...headers, 'webhook-id': 'x' }, body)).toBe(false);
    expect(isFromOpenVsys(NEW, { ...headers, 'webhook-signature': '' }, body)).toBe(false);
    expect(new Webhook(NEW).verify(body, { ...headers })).toEqual(JSON.parse(body));
  });

  it('are believed by who knows either secret while it is exchanged', () => {
    const { headers, body } = composeMessage(EVENT, [NEW, OLD], new Date());
    expect([OLD, NEW].map((secret) => isFromOpenVsys(secret, headers, body))).toEqual([true, true]);
  });

  it('are not believed a quarter of an hour later', () => {
    const { headers, body } = composeMessage(EVENT, [NEW], new Date());
    expect(isFromOpenVsys(NEW, headers, body, Date.now() + 900_000)).toBe(false);
  });

  it('carry the event', () => {
    const { body, headers } = composeMessage(EVENT, [NEW], new Date());
    const { at, ...event } = EVENT;
    expect(JSON.parse(body)).toEqual({ ...event, timestamp: at.toISOString() });
    expect(headers['webhook-id']).toBe(EVENT.id);
  });
});
