// S46–S50: what a VM allows in which state, who waits for whom, and what is advertised meanwhile.
import { afterEach, describe, expect, it } from 'vitest';
import { clientOf, failureOf, vdiRecord, vmRecord, type Client } from '../support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

type State = 'Halted' | 'Running' | 'Paused' | 'Suspended';

async function vmIn(state: State): Promise<string> {
  const vm = await client.call('VM.create', vmRecord());
  if (state === 'Halted') return vm;
  await client.call('VM.start', vm, state === 'Paused', false);
  if (state === 'Suspended') await client.call('VM.suspend', vm);
  return vm;
}

/** XenAPI: operation → states that allow it, as the error lists them. */
const MATRIX: Readonly<Record<string, readonly State[]>> = {
  start: ['Halted'],
  clone: ['Halted'],
  copy: ['Halted'],
  pause: ['Running'],
  unpause: ['Paused'],
  suspend: ['Running'],
  resume: ['Suspended'],
  clean_shutdown: ['Running'],
  clean_reboot: ['Running'],
  hard_reboot: ['Paused', 'Running'],
  hard_shutdown: ['Paused', 'Suspended', 'Running'],
  checkpoint: ['Paused', 'Suspended', 'Running'],
  pool_migrate: ['Running'],
  destroy: ['Halted', 'Suspended'],
};

function paramsOf(op: string, host: string): unknown[] {
  const params: Record<string, unknown[]> = {
    start: [false, false],
    resume: [false, false],
    clone: ['copy'],
    copy: ['copy', 'OpaqueRef:NULL'],
    checkpoint: ['snapshot'],
    pool_migrate: [host, {}],
  };
  return params[op] ?? [];
}

describe('S46 the power states', () => {
  it.each(Object.entries(MATRIX))('%s is possible when %j', async (op, states) => {
    client = await clientOf();
    const [, host = ''] = await client.call<string[]>('host.get_all');
    for (const state of ['Halted', 'Running', 'Paused', 'Suspended'] as const) {
      const vm = await vmIn(state);
      const outcome = await client.run(`VM.${op}`, vm, ...paramsOf(op, host));
      if (states.includes(state)) expect([op, state, outcome.error]).toEqual([op, state, []]);
      else
        expect(outcome.error).toEqual([
          'VM_BAD_POWER_STATE',
          vm,
          states.join(', ').toLowerCase(),
          state.toLowerCase(),
        ]);
    }
  });
});

describe('S47 the order of the checks', () => {
  it('is: blocked, state, template, control domain', async () => {
    client = await clientOf();
    const vm = await vmIn('Halted');
    await client.call('VM.add_to_blocked_operations', vm, 'hard_shutdown', 'because');
    expect(await failureOf(client.call('VM.hard_shutdown', vm))).toEqual([
      'OPERATION_BLOCKED',
      vm,
      'because',
    ]);
    const template = await client.template();
    expect((await failureOf(client.call('VM.pause', template)))[0]).toBe('VM_BAD_POWER_STATE');
    expect(await failureOf(client.call('VM.start', template, false, false))).toEqual([
      'VM_IS_TEMPLATE',
      template,
      'start',
    ]);
    const [host] = await client.call<string[]>('host.get_all');
    const dom0 = await client.call('host.get_control_domain', host);
    expect((await failureOf(client.call('VM.start', dom0, false, false)))[0]).toBe('VM_BAD_POWER_STATE');
    expect((await failureOf(client.call('VM.clean_shutdown', dom0)))[0]).toBe('OPERATION_NOT_ALLOWED');
  });
});

describe('S48 conflicts', () => {
  it('make the second disk of an SR wait, without an error, and let another SR go ahead', async () => {
    client = await clientOf({
      profile: 'default-nfs',
      storage: ['one', 'two'].map((name) => ({ name, sizeBytes: 2 ** 40, type: 'nfs' })),
    });
    const [one = '', two = ''] = await client.call<string[]>('SR.get_all');
    const timed = async (srs: readonly string[]): Promise<number> => {
      const from = client.clock.now();
      const outcomes = await Promise.all(srs.map((sr) => client.run('VDI.create', vdiRecord(sr))));
      expect(outcomes.map(({ status }) => status)).toEqual(srs.map(() => 'success'));
      return client.clock.now() - from;
    };
    const side = await timed([one, two]);
    const queued = await timed([one, one, one, one]);
    expect(queued).toBeGreaterThan(2 * side);
  });

  it('are none for a clean shutdown during storage motion and between copies, but for clones', async () => {
    client = await clientOf({
      profile: 'default-nfs',
      storage: ['one', 'two'].map((name) => ({ name, sizeBytes: 2 ** 40, type: 'nfs' })),
    });
    const [host = ''] = await client.call<string[]>('host.get_all');
    const [network = ''] = await client.call<string[]>('network.get_all');
    const template = await client.template();
    const vm = await client.call('VM.clone', template, 'moving');
    await client.call('VM.provision', vm);
    await client.call('VM.start_on', vm, host, false, false);
    const [vbd = ''] = await client.call<string[]>('VM.get_VBDs', vm);
    const vdi = await client.call('VBD.get_VDI', vbd);
    const target = (await client.call<string[]>('SR.get_by_name_label', 'two'))[0] ?? '';
    const dest = await client.call('host.migrate_receive', host, network, {});
    const motion = await client.call('Async.VM.migrate_send', vm, dest, true, { [vdi]: target }, {}, {});
    await client.call('VM.clean_shutdown', vm);
    expect(await client.call('task.get_status', motion)).toBe('pending');
    await client.clock.runUntilIdle();
    expect(await client.call('task.get_status', motion)).toBe('success');
    expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
    expect(await client.call('VDI.get_SR', await client.call('VBD.get_VDI', vbd))).toBe(target);
  });

  it('keep a host from being emptied twice at once', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const [, host = ''] = await client.call<string[]>('host.get_all');
    for (let count = 0; count < 3; count += 1)
      await client.call('VM.start_on', await client.call('VM.create', vmRecord()), host, false, false);
    await client.call('host.disable', host);
    const outcomes = await Promise.all([
      client.run('host.evacuate', host),
      client.run('host.evacuate', host),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['success', 'success']);
    const moves = client.pool.log.list().filter((entry) => entry.method === 'Async.host.evacuate');
    expect(moves.flatMap((entry) => entry.waits).some(({ queue }) => queue.startsWith('evacuate:'))).toBe(
      true,
    );
  });
});

describe('S50 allowed_operations', () => {
  it('shrink while a VM starts and grow again, each time with an event', async () => {
    client = await clientOf({ profile: 'default-nfs' });
    const vm = await vmIn('Halted');
    const seen: string[][] = [];
    client.pool.db.onChange((row) => {
      if (row.ref === vm) seen.push([...row.set('allowed_operations')]);
    });
    await client.call('VM.start', vm, false, false);
    expect(
      seen.some((operations) => !operations.includes('start') && !operations.includes('clean_shutdown')),
    ).toBe(true);
    expect(await client.call<string[]>('VM.get_allowed_operations', vm)).toEqual(
      expect.arrayContaining(['clean_shutdown', 'hard_shutdown', 'suspend', 'pool_migrate']),
    );
  });
});
