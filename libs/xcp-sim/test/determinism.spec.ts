// Same seed and same script in virtual time: the same run, to the last identifier and millisecond.
import { describe, expect, it } from 'vitest';
import { clientOf, vdiRecord, vifRecord } from './support/pool-under-test.js';

async function story(seed: number): Promise<string> {
  const client = await clientOf({ seed, profile: 'default-nfs' });
  client.pool.faults.add({
    method: 'VDI.create',
    probability: 0.3,
    effect: { kind: 'error', code: 'SR_BACKEND_FAILURE_40', params: ['', 'x', ''] },
  });
  const template = await client.template();
  const [sr = ''] = await client.call<string[]>('SR.get_all');
  const network = await client.call('network.create', { name_label: 'n', other_config: {} });
  await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const vm = await client.call('VM.clone', template, `vm-${index}`);
      await client.call('VM.provision', vm);
      await client.call('VIF.create', vifRecord(vm, network));
      await client.run('VDI.create', vdiRecord(sr));
      await client.run('VM.start', vm, false, false);
    }),
  );
  await client.clock.runUntilIdle();
  const log = JSON.stringify(client.pool.log.list());
  const objects = JSON.stringify(client.pool.db.rows('VM').map((row) => row.record()));
  expect(client.pool.crashes).toEqual([]);
  client.close();
  return log + objects;
}

describe('a run', () => {
  it('repeats exactly with its seed and differs with another', async () => {
    const first = await story(42);
    expect(await story(42)).toBe(first);
    expect(await story(43)).not.toBe(first);
  });
});
