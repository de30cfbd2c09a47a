// event.from: coalescing, tokens, subscriptions, blocking; and the older interface.
import { afterEach, describe, expect, it } from 'vitest';
import {
  clientOf,
  failureOf,
  vbdRecord,
  vdiRecord,
  vmRecord,
  type Client,
} from './support/pool-under-test.js';

interface Event {
  class: string;
  operation: string;
  ref: string;
  snapshot?: Record<string, unknown>;
}
interface Batch {
  events: Event[];
  token: string;
  valid_ref_counts: Record<string, number>;
}

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

function from(classes: string[], token: string, timeout = 0): Promise<Batch> {
  return client.call<Batch>('event.from', classes, token, timeout);
}

describe('event.from', () => {
  it('begins with everything there is and counts it', async () => {
    client = await clientOf();
    const batch = await from(['*'], '');
    const counts: Record<string, number> = {};
    for (const event of batch.events) {
      expect(event.operation).toBe('add');
      counts[event.class] = (counts[event.class] ?? 0) + 1;
    }
    for (const cls of ['vm', 'host', 'sr', 'pif', 'pool'])
      expect(counts[cls]).toBe(batch.valid_ref_counts[cls]);
    expect(batch.events.some((event) => event.class === 'session')).toBe(false);
  });

  it('reports an object once with its last state, and nothing of one that came and went', async () => {
    client = await clientOf();
    const vm = await client.call('VM.create', vmRecord());
    const { token } = await from(['vm'], '');
    for (const name of ['a', 'b', 'c']) await client.call('VM.set_name_label', vm, name);
    const ghost = await client.call('VM.create', vmRecord());
    await client.call('VM.destroy', ghost);
    const batch = await from(['VM'], token);
    expect(batch.events).toHaveLength(1);
    expect(batch.events[0]).toMatchObject({
      class: 'vm',
      operation: 'mod',
      ref: vm,
      snapshot: { name_label: 'c' },
    });

    await client.call('VM.destroy', vm);
    const last = await from(['vm'], batch.token);
    expect(last.events).toHaveLength(1);
    expect(last.events[0]).toMatchObject({ operation: 'del', ref: vm });
    expect(last.events[0]).not.toHaveProperty('snapshot');
  });

  it('reports both sides of a relation', async () => {
    client = await clientOf();
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const vm = await client.call('VM.create', vmRecord());
    const vdi = await client.call('VDI.create', vdiRecord(sr));
    const { token } = await from(['*'], '');
    const vbd = await client.call('VBD.create', vbdRecord(vm, vdi));
    const refs = (await from(['vm', 'vdi', 'vbd'], token)).events.map((event) => event.ref);
    expect(refs.toSorted()).toEqual([vbd, vdi, vm].toSorted());
  });

  it('watches single objects only, in any letter case of the class', async () => {
    client = await clientOf();
    const [one, two] = [
      await client.call('VM.create', vmRecord()),
      await client.call('VM.create', vmRecord()),
    ];
    const { token } = await from([`VM/${one}`], '');
    await client.call('VM.set_name_label', two, 'x');
    expect((await from([`vm/${one}`], token)).events).toEqual([]);
    await client.call('VM.destroy', one);
    expect((await from([`vm/${one}`], token)).events).toMatchObject([{ operation: 'del', ref: one }]);
  });

  it('blocks until a change, the timeout, or the end of the session', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.create', vmRecord());
    const { token } = await from(['vm'], '');
    const before = client.clock.now();
    expect((await from(['vm'], token, 2.5)).events).toEqual([]);
    expect(client.clock.now() - before).toBeCloseTo(2500, -1);

    const waiting = from([`vm/${vm}`], token, 3600);
    await client.call('VM.set_name_label', vm, 'x');
    expect((await waiting).events).toHaveLength(1);

    const other = (await client.transport.call('session.login_with_password', ['root', 'secret'])) as string;
    const blocked = failureOf(
      client.transport.call('event.from', [other, ['vm'], (await from(['vm'], '')).token, 3600]),
    );
    await client.transport.call('session.logout', [other]);
    expect(await blocked).toEqual(['SESSION_INVALID', other]);
  });

  it('refuses unreadable tokens and gives a barrier with inject', async () => {
    client = await clientOf();
    expect(await failureOf(from(['vm'], 'garbage'))).toEqual(['EVENT_FROM_TOKEN_PARSE_FAILURE', 'garbage']);
    const vm = await client.call('VM.create', vmRecord());
    const token = await client.call('event.inject', 'VM', vm);
    expect((await from(['vm'], token)).events.map((event) => event.ref)).toEqual([vm]);
  });

  it('keeps old tokens valid for live objects however much happened since', async () => {
    client = await clientOf();
    const vm = await client.call('VM.create', vmRecord());
    const { token } = await from(['*'], '');
    await client.call('VM.set_name_label', vm, 'early');
    const busy = await client.call('VM.create', vmRecord());
    // Far more changes than the change list keeps.
    for (let count = 0; count < 30_000; count += 1)
      client.pool.db.update(client.pool.db.get('VM', busy), { user_version: count });
    const refs = (await from(['vm'], token)).events.map((event) => event.ref);
    expect(refs.toSorted()).toEqual([busy, vm].toSorted());
  });
});

describe('event.next', () => {
  it('delivers to registered sessions and refuses others', async () => {
    client = await clientOf();
    expect((await failureOf(client.call('event.next')))[0]).toBe('SESSION_NOT_REGISTERED');
    await client.call('event.register', ['vm']);
    const vm = await client.call('VM.create', vmRecord());
    const events = await client.call<Event[]>('event.next');
    expect(events[0]).toMatchObject({ class: 'vm', operation: 'add', ref: vm });
    const blocked = client.call('event.next');
    await client.call('session.logout');
    expect((await failureOf(blocked))[0]).toBe('SESSION_INVALID');
  });
});
