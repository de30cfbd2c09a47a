// S68: every fault of the catalogue, switched on for one method, one object or by chance, and noted in the log.
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimServer, WorldEvents, type FaultEffect } from '@openvsys/xcp-sim';
import {
  clientOf,
  failureOf,
  vbdRecord,
  vdiRecord,
  vmRecord,
  type Client,
} from '../support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

function once(method: string, effect: FaultEffect): void {
  client.pool.faults.add({ method, count: 1, effect });
}

function faultsInLog(): (string | null)[] {
  return client.pool.log.list().flatMap((entry) => (entry.fault === null ? [] : [entry.fault]));
}

async function runningVm(): Promise<string> {
  const vm = await client.call('VM.create', vmRecord());
  await client.call('VM.start', vm, false, false);
  return vm;
}

interface Batch {
  token: string;
  events: { operation: string; ref: string }[];
  valid_ref_counts: Record<string, number>;
}

describe('S68 sessions and requests', () => {
  it('a session ends in the middle of its work', async () => {
    client = await clientOf();
    once('VM.get_all', { kind: 'expire-session' });
    expect(await failureOf(client.call('VM.get_all'))).toEqual(['SESSION_INVALID', client.session]);
    expect(await failureOf(client.call('VM.get_all'))).toEqual(['SESSION_INVALID', client.session]);
    expect(faultsInLog()).toEqual(['expire-session']);
  });

  it('an error page, an error after a while, an error after the effect', async () => {
    client = await clientOf();
    const vm = await runningVm();
    once('VM.get_uuid', { kind: 'http', status: 503 });
    await expect(client.call('VM.get_uuid', vm)).rejects.toMatchObject({ status: 503 });
    once('VM.clean_shutdown', {
      kind: 'error',
      code: 'VM_SHUTDOWN_TIMEOUT',
      params: [vm, '1200'],
      afterMs: 1_200_000,
    });
    const before = client.clock.now();
    expect((await client.run('VM.clean_shutdown', vm)).error).toEqual(['VM_SHUTDOWN_TIMEOUT', vm, '1200']);
    expect(client.clock.now() - before).toBeGreaterThanOrEqual(1_200_000);
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
    once('VM.hard_shutdown', { kind: 'fail-late', code: 'INTERNAL_ERROR', params: ['late'] });
    expect((await client.run('VM.hard_shutdown', vm)).error).toEqual(['INTERNAL_ERROR', 'late']);
    expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
    expect(faultsInLog()).toEqual(['http', 'error', 'fail-late']);
  });

  it('work fails on one host only, whoever chose it', async () => {
    client = await clientOf({ hostCount: 2 });
    const [first = '', second = ''] = await client.call<string[]>('host.get_all');
    client.pool.faults.add({
      method: 'VM.start',
      object: second,
      effect: { kind: 'error', code: 'DOMAIN_BUILDER_ERROR', params: ['a', 'b', 'c'] },
    });
    const [good, bad] = [
      await client.call('VM.create', vmRecord({ affinity: first })),
      await client.call('VM.create', vmRecord({ affinity: second })),
    ];
    await client.call('VM.start', good, false, false);
    expect((await failureOf(client.call('VM.start', bad, false, false)))[0]).toBe('DOMAIN_BUILDER_ERROR');
    expect(await client.call('VM.get_power_state', bad)).toBe('Halted');
    expect(client.pool.reservations.size).toBe(0);
  });

  it('by chance, about as often as asked', async () => {
    client = await clientOf({ seed: 5 });
    client.pool.faults.add({
      method: 'pool.get_all',
      probability: 0.3,
      effect: { kind: 'error', code: 'TOO_BUSY' },
    });
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () =>
        client.call('pool.get_all').then(
          () => 'ok',
          () => 'hit',
        ),
      ),
    );
    const hits = outcomes.filter((outcome) => outcome === 'hit').length;
    expect(hits).toBeGreaterThan(40);
    expect(hits).toBeLessThan(80);
    expect(client.pool.faults.list()[0]?.hits).toBe(hits);
  });
});

describe('S68 tasks', () => {
  it('stay pending, vanish, come without result, or cannot be cancelled', async () => {
    client = await clientOf({ profile: 'fast' });
    const vm = await client.call('VM.create', vmRecord());
    once('VM.clone', { kind: 'task', fault: 'stuck' });
    const stuck = await client.call('Async.VM.clone', vm, 'stuck');
    once('VM.clone', { kind: 'task', fault: 'vanishes' });
    const gone = await client.call('Async.VM.clone', vm, 'gone');
    await client.clock.runUntilIdle();
    expect(await client.call('task.get_record', stuck)).toMatchObject({ status: 'pending', progress: 0.5 });
    expect(await failureOf(client.call('task.get_status', gone))).toEqual(['HANDLE_INVALID', 'task', gone]);
    for (const name of ['stuck', 'gone'])
      expect(await client.call('VM.get_by_name_label', name)).toHaveLength(1);
    once('VM.clone', { kind: 'task', fault: 'empty-result' });
    expect(await client.run('VM.clone', vm, 'silent')).toMatchObject({ status: 'success', result: '' });
    once('VM.start', { kind: 'task', fault: 'ignores-cancel' });
    const task = await client.call('Async.VM.start', vm, false, false);
    await client.call('task.cancel', task);
    await client.clock.runUntilIdle();
    expect(await client.call('task.get_status', task)).toBe('success');
  });
});

describe('S68 guests', () => {
  it('crash after a while, never report, or report late', async () => {
    client = await clientOf();
    const [crashing, silent, late] = await Promise.all(
      Array.from({ length: 3 }, () => client.call('VM.create', vmRecord())),
    );
    const start = async (vm = '', effect: FaultEffect): Promise<void> => {
      once('VM.start', effect);
      await client.call('VM.start', vm, false, false);
    };
    await start(crashing, { kind: 'guest', fault: 'crashes', ms: 30_000 });
    await start(silent, { kind: 'guest', fault: 'no-agent' });
    await start(late, { kind: 'guest', fault: 'late-agent', ms: 60_000 });
    await client.clock.advance(20_000);
    expect(await client.call('VM.get_power_state', crashing)).toBe('Running');
    expect(await client.call('VM.get_guest_metrics', late)).toBe('OpaqueRef:NULL');
    await client.clock.advance(100_000);
    expect(await client.call('VM.get_power_state', crashing)).toBe('Halted');
    expect(await client.call('VM.get_guest_metrics', silent)).toBe('OpaqueRef:NULL');
    expect(await client.call('VM.get_guest_metrics', late)).not.toBe('OpaqueRef:NULL');
  });
});

describe('S68 answers', () => {
  it('of event.from: wrong counts, missing deletions, reversed order, bad token, silence', async () => {
    client = await clientOf();
    const plain = await client.call<Batch>('event.from', ['vm'], '', 5.5);
    const damaged = async (
      damage: Extract<FaultEffect, { kind: 'damage' }>['damage'],
      token = '',
    ): Promise<Batch> => {
      once('event.from', { kind: 'damage', damage });
      return client.call<Batch>('event.from', ['vm'], token, 5.5);
    };
    expect((await damaged('wrong-counts')).valid_ref_counts['vm']).toBe(
      (plain.valid_ref_counts['vm'] ?? 0) + 1,
    );
    expect((await damaged('reversed-events')).events).toEqual(plain.events.toReversed());
    expect((await damaged('bad-token')).token).toBe('not-a-token');
    await client.call('VM.destroy', await client.call('VM.create', vmRecord()));
    const vm = await client.call('VM.create', vmRecord());
    const { token } = await client.call<Batch>('event.from', ['vm'], '', 5.5);
    await client.call('VM.destroy', vm);
    expect((await damaged('missing-deletions', token)).events).toEqual([]);
    once('event.from', { kind: 'slow', ms: 30_000 });
    const before = client.clock.now();
    await client.call('event.from', ['vm'], '', 5.5);
    expect(client.clock.now() - before).toBeGreaterThanOrEqual(30_000);
  });

  it('of records: references to nothing, short references, missing fields, values of the future', async () => {
    client = await clientOf();
    const vm = await runningVm();
    const record = async (effect: FaultEffect): Promise<Record<string, unknown>> => {
      once('VM.get_record', effect);
      return client.call<Record<string, unknown>>('VM.get_record', vm);
    };
    expect(
      (await record({ kind: 'damage', damage: 'dangling-refs', field: 'resident_on' }))['resident_on'],
    ).toMatch(/dead-dead/);
    expect((await record({ kind: 'damage', damage: 'short-refs' }))['metrics']).toMatch(/^Ref:\d+$/);
    expect(await record({ kind: 'damage', damage: 'missing-field', field: 'groups' })).not.toHaveProperty(
      'groups',
    );
    const odd = await record({ kind: 'damage', damage: 'unknown-enum', field: 'allowed_operations' });
    expect(odd['allowed_operations']).toContain('value_of_a_later_release');
    expect(await client.call<Record<string, unknown>>('VM.get_record', vm)).toHaveProperty('groups');
  });
});

describe('S68 states that storage and hosts leave behind', () => {
  it('a disk stuck in the control domain, a half plugged device, an SR gone from one host', async () => {
    client = await clientOf();
    const { administrator } = new WorldEvents(client.pool);
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const vdi = await client.call('VDI.create', vdiRecord(sr));
    const stuck = administrator.attachToControlDomain(client.pool.db.get('VDI', vdi));
    expect(await failureOf(client.call('VDI.destroy', vdi))).toEqual(['VDI_IN_USE', vdi, 'destroy']);
    await client.call('VBD.unplug', stuck.ref);
    await client.call('VDI.destroy', vdi);
    const vm = await runningVm();
    const vbd = await client.call(
      'VBD.create',
      vbdRecord(vm, await client.call('VDI.create', vdiRecord(sr))),
    );
    administrator.halfPlug(client.pool.db.get('VBD', vbd));
    expect(await failureOf(client.call('VBD.plug', vbd))).toEqual(['DEVICE_ALREADY_ATTACHED', vbd]);
  });
});

describe('S68 the wire', () => {
  it('cuts an answer in the middle, or lets it drip', async () => {
    client = await clientOf();
    const server = await startSimServer({ hostCount: 1 });
    const post = (): Promise<{ text: string; complete: boolean; pieces: number }> =>
      new Promise((resolve, reject) => {
        const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'system.listMethods', params: [] });
        const sent = request(
          `${server.hosts[0]?.url ?? ''}/jsonrpc`,
          { method: 'POST', headers: { 'content-length': call.length } },
          (answer) => {
            const chunks: Buffer[] = [];
            const done = (): void =>
              resolve({
                text: Buffer.concat(chunks).toString(),
                complete: answer.complete,
                pieces: chunks.length,
              });
            answer
              .on('data', (chunk: Buffer) => chunks.push(chunk))
              .on('end', done)
              .on('error', done);
          },
        );
        sent.on('error', reject).end(call);
      });
    const whole = await post();
    server.faults.add({ method: '*', count: 1, effect: { kind: 'truncate-answer' } });
    const cut = await post();
    expect(cut.complete).toBe(false);
    expect(cut.text.length).toBeLessThan(whole.text.length);
    server.faults.add({ method: '*', count: 1, effect: { kind: 'trickle-answer', ms: 100 } });
    const dripped = await post();
    expect(dripped.text).toBe(whole.text);
    expect(dripped.pieces).toBeGreaterThan(5);
    await server.close();
  });
});
