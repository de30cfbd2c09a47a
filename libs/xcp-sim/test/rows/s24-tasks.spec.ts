// S24–S27: tasks. Order of writes, tasks of synchronous calls, collection, cancelling.
import { afterEach, expect, it } from 'vitest';
import { clientOf, failureOf, vdiRecord, vmRecord, type Client } from '../support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

type TaskEvent = {
  operation: string;
  snapshot?: { status: string; progress: number; result: string; name_label: string };
};
type Batch = { token: string; events: TaskEvent[] };

async function watchedTask(task: string): Promise<TaskEvent['snapshot'][]> {
  const seen: TaskEvent['snapshot'][] = [];
  let token = '';
  while (seen.at(-1)?.status !== 'success') {
    const batch = await client.call<Batch>('event.from', [`task/${task}`], token, 30.5);
    ({ token } = batch);
    seen.push(...batch.events.map((event) => event.snapshot));
  }
  return seen;
}

it('S24 progress is 1 before the status changes; results are XML text', async () => {
  client = await clientOf({ profile: 'default-nfs' });
  const vm = await client.call('VM.create', vmRecord());
  const changes: [number, string][] = [];
  client.pool.db.onChange((row) => {
    if (row.cls === 'task' && row.alive) changes.push([Number(row.get('progress')), row.text('status')]);
  });
  const task = await client.call('Async.VM.clone', vm, 'copy');
  const [last] = (await watchedTask(task)).slice(-1);
  expect(last?.result).toMatch(/^<value>OpaqueRef:[0-9a-f-]+<\/value>$/);
  expect(changes).toContainEqual([1, 'pending']);
  expect(changes.at(-1)).toEqual([1, 'success']);
  const start = await client.call('Async.VM.set_memory_limits', vm, 2 ** 28, 2 ** 30, 2 ** 30, 2 ** 30);
  expect((await watchedTask(start)).at(-1)?.result).toBe('<value></value>');
});

it('S25 a synchronous call has a task while it runs', async () => {
  client = await clientOf({ profile: 'default-nfs' });
  const vm = await client.call('VM.create', vmRecord());
  const seen: string[] = [];
  client.pool.db.onChange((row) => {
    if (row.cls === 'task') seen.push(`${row.text('name_label')} ${row.alive ? 'there' : 'gone'}`);
  });
  await client.call('VM.start', vm, false, false);
  expect(seen[0]).toBe('VM.start there');
  expect(seen.at(-1)).toBe('VM.start gone');
  expect(await client.call('task.get_all')).toEqual([]);
});

it('S26 finished tasks go after 65 minutes, or earlier above two hundred; forgotten pending ones after a day', async () => {
  client = await clientOf();
  const made: string[] = [];
  for (let count = 0; count < 205; count += 1) {
    const task = await client.call('task.create', `t${count}`, '');
    await client.call('task.set_status', task, 'success');
    made.push(task);
  }
  const pending = await client.call('task.create', 'forgotten', '');
  await client.clock.advance(31_000);
  const left = await client.call<string[]>('task.get_all');
  expect(left.length).toBeLessThanOrEqual(200);
  expect(left).not.toContain(made[0]);
  expect(left).toContain(made.at(-1));
  await client.clock.advance(66 * 60_000);
  expect(await client.call('task.get_all')).toEqual([pending]);
  for (let hour = 0; hour < 25; hour += 1) {
    await client.clock.advance(3_600_000);
    await client.call('pool.get_all');
  }
  expect(await client.call('task.get_all')).toEqual([]);
});

it('S27 cancelling ends the work with TASK_CANCELLED', async () => {
  client = await clientOf({ profile: 'default-nfs' });
  const [sr] = await client.call<string[]>('SR.get_all');
  const vdi = await client.call('VDI.create', vdiRecord(sr ?? ''));
  const task = await client.call('Async.VDI.copy', vdi, sr);
  await client.call('task.cancel', task);
  await client.clock.runUntilIdle();
  expect(await client.call('task.get_status', task)).toBe('cancelled');
  expect((await client.call<string[]>('task.get_error_info', task))[0]).toBe('TASK_CANCELLED');
  await client.call('task.destroy', task);
  expect((await failureOf(client.call('task.get_status', task)))[0]).toBe('HANDLE_INVALID');
});
