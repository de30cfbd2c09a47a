// S28–S38: events, the present interface and the older one, and what a restart leaves of them.
import { afterEach, expect, it } from 'vitest';
import { clientOf, failureOf, vmRecord, type Client } from '../support/pool-under-test.js';
import { WorldEvents } from '@openvsys/xcp-sim';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

interface Event {
  class: string;
  operation: string;
  ref: string;
  id: string;
  timestamp: string;
  snapshot?: { name_label: string };
}
interface Batch {
  events: Event[];
  token: string;
  valid_ref_counts: Record<string, number>;
}

const from = (classes: string[], token: string, timeout = 5.5): Promise<Batch> =>
  client.call<Batch>('event.from', classes, token, timeout);

it('S28 the first answer is everything there is, with counts of all classes but messages', async () => {
  client = await clientOf();
  const uuid = await client.call('VM.get_uuid', await client.template());
  await client.call('message.create', 'n', 5, 'VM', uuid, 'b');
  const batch = await from(['*'], '');
  const counted: Record<string, number> = {};
  for (const event of batch.events) {
    expect(event).toMatchObject({ operation: 'add', timestamp: '0.0' });
    counted[event.class] = (counted[event.class] ?? 0) + 1;
  }
  for (const [cls, count] of Object.entries(counted))
    expect([cls, batch.valid_ref_counts[cls]]).toEqual([cls, cls === 'message' ? 0 : count]);
  expect(counted['message']).toBe(1);
  expect(batch.token).toMatch(/^\d{20},\d{20}$/);
});

it('S29, S30 one event an object with its last state; nothing of one that came and went', async () => {
  client = await clientOf();
  const kept = await client.call('VM.create', vmRecord());
  const doomed = await client.call('VM.create', vmRecord());
  const { token } = await from(['vm'], '');
  await client.call('VM.set_name_label', kept, 'one');
  await client.call('VM.set_name_label', kept, 'two');
  await client.call('VM.destroy', doomed);
  const brief = await client.call('VM.create', vmRecord());
  await client.call('VM.destroy', brief);
  const { events } = await from(['vm'], token);
  expect(events.map(({ ref, operation, snapshot }) => [ref, operation, snapshot?.name_label])).toEqual([
    [kept, 'mod', 'two'],
    [doomed, 'del', undefined],
  ]);
});

it.each(['vm', 'VM', 'Vm'])('S31 subscriptions to %s answer in small letters', async (spelling) => {
  client = await clientOf();
  const { events } = await from([spelling], '');
  expect(new Set(events.map((event) => event.class))).toEqual(new Set(['vm']));
});

it('S32 an object alone', async () => {
  client = await clientOf();
  const vm = await client.call('VM.create', vmRecord());
  const other = await client.call('VM.create', vmRecord());
  const { token } = await from([`vm/${vm}`], '');
  await client.call('VM.set_name_label', other, 'x');
  await client.call('VM.set_name_label', vm, 'y');
  expect((await from([`vm/${vm}`], token)).events.map((event) => event.ref)).toEqual([vm]);
});

it('S33 an empty batch at the timeout', async () => {
  client = await clientOf({ profile: 'default-nfs' });
  const { token } = await from(['vm'], '');
  const before = client.clock.now();
  const batch = await from(['vm'], token, 2);
  expect(batch.events).toEqual([]);
  expect(client.clock.now() - before).toBeGreaterThanOrEqual(2000);
  expect(client.clock.now() - before).toBeLessThan(2100);
});

it('S34 a burst comes in few batches', async () => {
  client = await clientOf({ profile: 'default-nfs' });
  const vm = await client.call('VM.create', vmRecord());
  let { token } = await from(['vm'], '');
  let batches = 0;
  let value = '';
  const burst = (async () => {
    for (let count = 1; count <= 100; count += 1)
      await client.call('VM.set_name_description', vm, String(count));
  })();
  const started = client.clock.now();
  while (value !== '100') {
    const batch = await client.call<{ token: string; events: { snapshot: { name_description: string } }[] }>(
      'event.from',
      ['vm'],
      token,
      30.5,
    );
    ({ token } = batch);
    value = batch.events.at(-1)?.snapshot.name_description ?? value;
    batches += 1;
  }
  await burst;
  const elapsed = client.clock.now() - started;
  expect(batches).toBeLessThanOrEqual(Math.ceil(elapsed / 50) + 1);
  expect(batches).toBeLessThan(60);
});

it('S35 event.inject is a barrier', async () => {
  client = await clientOf();
  const vm = await client.call('VM.create', vmRecord());
  const token = await client.call('event.inject', 'VM', vm);
  expect((await from(['vm'], token)).events.map((event) => event.ref)).toContain(vm);
  expect(await failureOf(client.call('event.inject', 'vm', vm))).toEqual(['HANDLE_INVALID', 'vm', vm]);
});

it('S36 the older interface: register, next, heartbeat, overflow, unregister', async () => {
  client = await clientOf({ profile: 'default-nfs' });
  expect((await failureOf(client.call('event.next')))[0]).toBe('SESSION_NOT_REGISTERED');
  await client.call('event.register', ['vm', 'pool']);
  const vm = await client.call('VM.create', vmRecord());
  await client.call('VM.set_name_label', vm, 'x');
  const events = await client.call<Event[]>('event.next');
  // Raw events, one a write, with the time they happened.
  expect(events.filter((event) => event.ref === vm).length).toBeGreaterThanOrEqual(2);
  expect(Number(events[0]?.timestamp)).toBeGreaterThan(0);
  const before = client.clock.now();
  const heartbeat = await client.call<Event[]>('event.next');
  expect(heartbeat.map((event) => [event.class, event.operation])).toEqual([['pool', 'mod']]);
  expect(client.clock.now() - before).toBeGreaterThanOrEqual(29_000);
  expect(await client.call('event.get_current_id')).toBeTypeOf('number');
  for (let count = 0; count < 5001; count += 1) client.pool.db.touch(client.pool.db.get('VM', vm));
  expect(await failureOf(client.call('event.next'))).toEqual(['EVENTS_LOST']);
  // Unregistering takes back single words; whoever is left with none waits for ever, but is still registered.
  await client.call('event.unregister', ['*', 'VM', 'pool']);
  await client.call('VM.set_name_label', vm, 'unheard');
  const blocked = client.call('event.next');
  await client.clock.advance(120_000);
  await client.call('session.logout');
  expect((await failureOf(blocked))[0]).toBe('SESSION_INVALID');
});

it('S37 unreadable tokens are refused; strange subscriptions are not', async () => {
  client = await clientOf();
  for (const token of ['x', '1', '1,2,3', 'a,b', ' 1,2'])
    expect(await failureOf(client.call('event.from', ['vm'], token, 0.5))).toEqual([
      'EVENT_FROM_TOKEN_PARSE_FAILURE',
      token,
    ]);
  // A real server accepts them silently, whatever its documentation says.
  for (const text of ['nosuch', '', 'a/b/c', '/']) expect((await from([text], '', 0)).events).toEqual([]);
});

it('S38 a restart of the toolstack loses sessions and tasks, keeps references, and never goes back in time', async () => {
  client = await clientOf();
  const vm = await client.call('VM.create', vmRecord());
  const task = await client.call('task.create', 't', '');
  const before = client.pool.db.generation;
  const session = client.session;
  new WorldEvents(client.pool).restartToolstack();
  await client.clock.advance(60_000);
  expect(await failureOf(client.transport.call('VM.get_uuid', [session, vm]))).toEqual([
    'SESSION_INVALID',
    session,
  ]);
  const again = (await client.transport.call('session.login_with_password', ['root', 'secret'])) as string;
  expect(await client.transport.call('VM.get_uuid', [again, vm])).toBeTypeOf('string');
  expect((await failureOf(client.transport.call('task.get_status', [again, task])))[0]).toBe(
    'HANDLE_INVALID',
  );
  expect(client.pool.db.generation).toBeGreaterThan(before);
});

it('S70 the same seed and script give the same events', async () => {
  const history = async (): Promise<string[]> => {
    client = await clientOf({ profile: 'default-nfs', seed: 11 });
    const lines: string[] = [];
    client.pool.db.onChange((row) =>
      lines.push(`${client.clock.now()} ${row.cls} ${row.ref} ${row.modified} ${row.alive}`),
    );
    const vm = await client.call('VM.clone', await client.template(), 'a');
    await client.call('VM.provision', vm);
    await client.run('VM.start', vm, false, false);
    await client.run('VM.hard_shutdown', vm);
    await client.call('VM.destroy', vm);
    client.close();
    return lines;
  };
  const first = await history();
  expect(first.length).toBeGreaterThan(50);
  expect(await history()).toEqual(first);
});
