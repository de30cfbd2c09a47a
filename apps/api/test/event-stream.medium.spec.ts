/** The live stream of events: filters, going on behind the last known event without loss or repeats. */
import { feedEvents, insertEvent } from '@openvsys/persistence';
import { createParser } from 'eventsource-parser';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';

const world = useApi();
let count = 0;

async function tell(type: string, of: 'demo' | 'other' = 'demo', feedIt = true): Promise<string> {
  const organizationId = of === 'demo' ? world().demo.organizationId : world().other.organizationId;
  const event = {
    id: uuidv7(),
    organizationId,
    vsysId: null,
    resource: 'r',
    type,
    data: { n: ++count },
    at: new Date(),
  };
  await world().database.transaction(async (session) => insertEvent(session, event));
  if (feedIt) await feed();
  return event.id;
}

/** As a worker does. */
const feed = async () => world().database.transaction(async (session) => feedEvents(session, new Date()));

interface Stream {
  /** Ids of events so far; heartbeats have none. */
  readonly ids: readonly string[];
  readonly events: readonly { readonly type: string }[];
  until(count: number): Promise<void>;
  close(): void;
}

async function follow(query = '', lastId?: string, token = world().demoToken): Promise<Stream> {
  const controller = new AbortController();
  const headers = {
    authorization: `Bearer ${token}`,
    ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
  };
  const url = `${await world().app.getUrl()}/v1/events/stream${query}`;
  const response = await fetch(url, { headers, signal: controller.signal });
  if (response.status !== 200 || response.body === null)
    throw new Error(`${response.status} ${await response.text()}`);
  const ids: string[] = [];
  const events: { type: string }[] = [];
  let open = Promise.withResolvers<void>();
  const parser = createParser({
    onEvent: ({ id, data, event }) => {
      if (event !== 'heartbeat') {
        ids.push(id ?? '');
        events.push(JSON.parse(data) as { type: string });
      }
      open.resolve();
      open = Promise.withResolvers<void>();
    },
  });
  const begun = open.promise;
  const { body } = response;
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of body) parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
  })().catch(() => undefined);
  await begun;
  return {
    ids,
    events,
    until: async (wanted) =>
      await expect.poll(() => ids.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(wanted),
    close: () => controller.abort(),
  };
}

describe('the stream of events', () => {
  it('tells what happens from now on, of the own organization', async () => {
    await tell('before.now');
    const stream = await follow();
    const first = await tell('vserver.state');
    await tell('vserver.state', 'other');
    const second = await tell('operation.succeeded');
    await stream.until(2);
    stream.close();
    expect(stream.ids).toEqual([first, second]);
    expect(stream.events.map(({ type }) => type)).toEqual(['vserver.state', 'operation.succeeded']);
  });

  it('goes on behind the last known event, without loss and without repeats', async () => {
    const known = await tell('a.a');
    const missed = [await tell('a.b'), await tell('a.c')];
    const stream = await follow('', known);
    const live = await tell('a.d');
    await stream.until(3);
    stream.close();
    expect(stream.ids).toEqual([...missed, live]);
  });

  it('loses nothing of many writers when readers come and go', async () => {
    const known = await tell('b.begin');
    const written: string[] = [];
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 25; n += 1)
        written.push(await tell(`b.w${writer % 2 === 0 ? 'even' : 'odd'}`, 'demo', n % 3 === 0));
    });
    const read: string[] = [];
    let last = known;
    for (let round = 0; read.length < 200 && round < 400; round += 1) {
      const stream = await follow('?type=b.*', last);
      await expect
        .poll(() => stream.ids.length, { timeout: 5_000 })
        .toBeGreaterThan(0)
        .catch(() => undefined);
      read.push(...stream.ids);
      last = read.at(-1) ?? known;
      stream.close();
      await feed();
    }
    await Promise.all(writers);
    expect(read).toHaveLength(200);
    expect(read.toSorted()).toEqual(written.toSorted());
  });

  it('waits for an event that is not in the feed yet', async () => {
    const known = await tell('c.known', 'demo', false);
    const opening = follow('?type=c.*', known);
    await feed();
    const stream = await opening;
    const next = await tell('c.next');
    await stream.until(1);
    stream.close();
    expect(stream.ids).toEqual([next]);
  });

  it('keeps to its filters', async () => {
    const stream = await follow('?type=vdisk.*,operation.failed');
    await tell('vserver.state');
    const disk = await tell('vdisk.state');
    await tell('operation.succeeded');
    const failed = await tell('operation.failed');
    await stream.until(2);
    stream.close();
    expect(stream.ids).toEqual([disk, failed]);
    const listed = await world()
      .as(world().demoToken)
      .get('/v1/events?type=vdisk.*,operation.failed&resource=r')
      .expect(200);
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toEqual([failed, disk]);
  });

  it('knows no events of others and no words that are no ids', async () => {
    const theirs = await tell('d.d', 'other');
    await expect(follow('', theirs)).rejects.toThrow('404');
    await expect(follow('', 'x')).rejects.toThrow('404');
    await expect(follow('?type=A B')).rejects.toThrow('400');
  });
});
