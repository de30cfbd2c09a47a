// S67: how long calls take: medians of the profile, the same with the same seed, longer where something is shared.
import { afterEach, describe, expect, it } from 'vitest';
import { latencyProfile } from '../../src/latency/profiles.js';
import { clientOf, GIB, vdiRecord, vmRecord, type Client } from '../support/pool-under-test.js';

const SAMPLES = 200;
let clients: Client[] = [];

afterEach(() => {
  for (const client of clients) {
    expect(client.pool.crashes).toEqual([]);
    client.close();
  }
  clients = [];
});

async function open(options: Parameters<typeof clientOf>[0] = {}): Promise<Client> {
  const client = await clientOf({ profile: 'default-nfs', ...options });
  clients.push(client);
  return client;
}

async function timesOf(client: Client, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < SAMPLES; count += 1) {
    const from = client.clock.now();
    await work();
    times.push(client.clock.now() - from);
  }
  return times;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

const { steps } = latencyProfile('default-nfs');

describe('S67 the timing model', () => {
  it.each([
    ['a getter', steps.api.median, (client: Client, vm: string) => client.call('VM.get_name_label', vm)],
    [
      'a login',
      steps.login.median,
      (client: Client) => client.transport.call('session.login_with_password', ['root', 'secret']),
    ],
    ['VM.create', steps.vmCreate.median, (client: Client) => client.call('VM.create', vmRecord())],
    [
      'VM.clone without disks',
      steps.vmClone.median,
      (client: Client, vm: string) => client.call('VM.clone', vm, 'copy'),
    ],
    [
      'VDI.create',
      steps.vdiCreate.median,
      (client: Client) => client.call('VDI.create', vdiRecord(client.pool.db.rows('SR')[0]?.ref ?? '')),
    ],
    [
      'host.disable',
      steps.hostEnable.median,
      (client: Client) => client.call('host.disable', client.pool.db.rows('host')[2]?.ref),
    ],
  ])('%s takes the median of its profile within 15 percent', async (_name, expected, work) => {
    const client = await open({ seed: 11 });
    const vm = await client.call('VM.create', vmRecord());
    const times = await timesOf(client, () => work(client, vm));
    expect(Math.abs(median(times) / expected - 1)).toBeLessThan(0.15);
    // Log-normal: the slow ones are slower than the fast ones are fast.
    expect(Math.max(...times) - median(times)).toBeGreaterThan(median(times) - Math.min(...times));
  });

  it('repeats with its seed, to the last digit', async () => {
    const run = async (seed: number): Promise<number[]> => {
      const client = await open({ seed });
      return timesOf(client, () => client.call('VM.create', vmRecord()));
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });

  it('adds memory to starts, and grows with the calls in flight', async () => {
    const client = await open({ hostMemoryBytes: 512 * GIB });
    const sized = async (gib: number): Promise<number> => {
      const bytes = gib * GIB;
      const vm = await client.call(
        'VM.create',
        vmRecord({ memory_static_max: bytes, memory_dynamic_max: bytes, memory_dynamic_min: bytes }),
      );
      const from = client.clock.now();
      await client.call('VM.start', vm, false, false);
      return client.clock.now() - from;
    };
    const small = await Promise.all(Array.from({ length: 15 }, () => sized(1)));
    const large = await Promise.all(Array.from({ length: 15 }, () => sized(64)));
    expect(median(large) - median(small)).toBeGreaterThan(5000);
    const { latency } = client.pool;
    const mean = (busy: number): number =>
      Array.from({ length: SAMPLES }, () => latency.sampleApi(busy)).reduce((sum, ms) => sum + ms, 0) /
      SAMPLES;
    expect(mean(40) / mean(0)).toBeGreaterThan(2);
  });

  it('shares the link of a host among the VMs that leave it', async () => {
    const client = await open({ hostMemoryBytes: 512 * GIB });
    const [first = '', second = ''] = await client.call<string[]>('host.get_all');
    const bytes = 32 * GIB;
    const guests = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const vm = await client.call(
          'VM.create',
          vmRecord({ memory_static_max: bytes, memory_dynamic_max: bytes, memory_dynamic_min: bytes }),
        );
        await client.call('VM.start_on', vm, first, false, false);
        return vm;
      }),
    );
    const [alone = '', ...others] = guests;
    const timed = async (vms: readonly string[]): Promise<number> => {
      const from = client.clock.now();
      await Promise.all(vms.map((vm) => client.run('VM.pool_migrate', vm, second, {})));
      return client.clock.now() - from;
    };
    const one = await timed([alone]);
    const four = await timed(others);
    expect(four / one).toBeGreaterThan(2.5);
    expect(four / one).toBeLessThan(5);
  });
});
