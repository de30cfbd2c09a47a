// What many calls at once do to each other.
import { afterEach, describe, expect, it } from 'vitest';
import { clientOf, failureOf, vdiRecord, vmRecord, type Client } from './support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const before = client.clock.now();
  await work();
  return client.clock.now() - before;
}

describe('calls on the same object', () => {
  it('wait and succeed, but twenty clones at once take far longer than one after the other', async () => {
    const ratios: number[] = [];
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      client = await clientOf({ profile: 'default-nfs', seed });
      const diskless = await client.call('VM.create', vmRecord({ is_a_template: true }));
      const clone = (): Promise<string> => client.call('VM.clone', diskless, 'copy');
      const sequence = await timeOf(async () => {
        for (let count = 0; count < 20; count += 1) await clone();
      });
      ratios.push((await timeOf(() => Promise.all(Array.from({ length: 20 }, clone)))) / sequence);
    }
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    expect(mean).toBeGreaterThan(3);
    expect(mean).toBeLessThan(5);
  });

  it('hold the lock of an SR one at a time, and the log proves it', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    client.pool.log.reset();
    await Promise.all(Array.from({ length: 12 }, () => client.run('VDI.create', vdiRecord(sr))));
    const name = `sr:${await client.call('SR.get_uuid', sr)}`;
    const holds = client.pool.log
      .list()
      .flatMap((entry) => entry.held)
      .filter((hold) => hold.queue === name)
      .toSorted((a, b) => a.from - b.from);
    expect(holds).toHaveLength(12);
    for (const [index, hold] of holds.entries()) {
      expect(hold.to).toBeGreaterThan(hold.from);
      expect(hold.from).toBeGreaterThanOrEqual(holds[index - 1]?.to ?? 0);
    }
    const answered = client.pool.log.list().flatMap((entry) => entry.answered ?? []);
    expect(answered).toHaveLength(12);
    expect(await client.call<string[]>('SR.get_VDIs', sr)).toEqual(expect.arrayContaining(answered));
    const waited = client.pool.log.list().flatMap((entry) => entry.waits);
    expect(waited.some((wait) => wait.queue === name && wait.ms > 0)).toBe(true);
  });

  it('are refused when more than a hundred sleep (S49)', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const outcomes = await Promise.all(
      Array.from({ length: 130 }, () => client.run('VDI.create', vdiRecord(sr))),
    );
    const refused = outcomes.filter((outcome) => outcome.error[0] === 'TOO_MANY_PENDING_TASKS');
    // One works, a hundred wait; every later one is turned away.
    expect(refused).toHaveLength(29);
    expect(outcomes.filter((outcome) => outcome.status === 'success')).toHaveLength(101);
  });

  it('are cancelled by a hard shutdown', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VM.start', vm, false, false);
    const clean = client.run('VM.clean_shutdown', vm);
    await client.call('VM.get_power_state', vm);
    await client.call('VM.hard_shutdown', vm);
    expect(await clean).toMatchObject({
      status: 'cancelled',
      error: ['TASK_CANCELLED', expect.stringMatching(/^OpaqueRef:/)],
    });
    expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
  });
});

describe('a host', () => {
  it('works on as many operations at a time as it has workers', async () => {
    client = await clientOf({ profile: 'default-nfs', hostCount: 1, hostWorkers: 3 });
    const vms = await Promise.all(Array.from({ length: 10 }, () => client.call('VM.create', vmRecord())));
    client.pool.log.reset();
    await Promise.all(vms.map((vm) => client.run('VM.start', vm, false, false)));
    const holds = client.pool.log
      .list()
      .flatMap((entry) => entry.held)
      .filter((hold) => hold.queue.startsWith('host:'));
    expect(holds).toHaveLength(10);
    const most = Math.max(
      ...holds.map((hold) => holds.filter((other) => other.from <= hold.from && other.to > hold.from).length),
    );
    expect(most).toBe(3);
  });
});

describe('tasks', () => {
  it('can be cancelled while they wait or work', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.create', vmRecord());
    const task = await client.call('Async.VM.start', vm, false, false);
    await client.call('task.cancel', task);
    await client.clock.runUntilIdle();
    expect(await client.call('task.get_status', task)).toBe('cancelled');
    expect(await client.call('task.get_error_info', task)).toEqual(['TASK_CANCELLED', task]);
    expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
    expect(await client.call('VM.get_current_operations', vm)).toEqual({});
  });

  it('finish in the order of single writes: progress before status', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.create', vmRecord());
    const seen: string[] = [];
    client.pool.db.onChange((row) => {
      if (row.cls === 'task' && row.alive)
        seen.push(`${row.int('progress')} ${row.text('result')} ${row.text('status')}`);
    });
    await client.run('VM.clone', vm, 'copy');
    const last = seen.slice(-3);
    expect(last[0]).toBe('1  pending');
    expect(last[1]).toMatch(/^1 <value>OpaqueRef:[0-9a-f-]+<\/value> pending$/);
    expect(last[2]).toMatch(/success$/);
  });

  it('of synchronous actions are visible while they run and gone afterwards', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await client.call('VM.create', vmRecord());
    const names = new Set<string>();
    client.pool.db.onChange((row) => {
      if (row.cls === 'task') names.add(row.text('name_label'));
    });
    await client.call('VM.start', vm, false, false);
    expect(names).toContain('VM.start');
    expect(client.pool.db.count('task')).toBe(0);
  });

  it('are collected 65 minutes after their end', async () => {
    client = await clientOf();
    const vm = await client.call('VM.create', vmRecord());
    const task = await client.call('Async.VM.clone', vm, 'copy');
    await client.clock.advance(60 * 60_000);
    expect(await client.call('task.get_status', task)).toBe('success');
    await client.clock.advance(6 * 60_000);
    expect(await failureOf(client.call('task.get_status', task))).toEqual(['HANDLE_INVALID', 'task', task]);
  });
});
