// Rows S40, S41, S48, S51–S53, S57, S58: copies with subtasks, provisioning, the lock of an SR, what may be plugged,
// what a destroyed VM leaves, what the sweep removes.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeDisk, type SimPoolOptions } from '@openvsys/xcp-sim';
import {
  clientOf,
  failureOf,
  GIB,
  vbdRecord,
  vdiRecord,
  vifRecord,
  vmRecord,
  type Client,
} from '../support/pool-under-test.js';

const MIB = 2 ** 20;
let client: Client;
let sr = '';

async function start(options: Partial<SimPoolOptions> = {}): Promise<void> {
  client = await clientOf({ templates: [], ...options });
  [sr = ''] = await client.call<string[]>('SR.get_all');
}

beforeEach(() => start());

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

const disk = (changes: Record<string, unknown> = {}): Promise<string> =>
  client.call('VDI.create', vdiRecord(sr, { virtual_size: 64 * MIB, ...changes }));

async function vmWith(disks: readonly string[], changes: Record<string, unknown> = {}): Promise<string> {
  const vm = await client.call('VM.create', vmRecord(changes));
  for (const vdi of disks) await client.call('VBD.create', vbdRecord(vm, vdi));
  return vm;
}

describe('S40 VM.copy', () => {
  it('shows a subtask a disk with progress, and holds no lock of the SR while it copies', async () => {
    client.close();
    await start({ profile: 'default-nfs' });
    const disks = [await disk(), await disk()];
    for (const vdi of disks)
      writeDisk(client.pool, client.pool.db.get('VDI', vdi), 0, Buffer.alloc(40 * MIB, 1));
    const vm = await vmWith(disks);
    const task = await client.call('Async.VM.copy', vm, 'copy', 'OpaqueRef:NULL');
    const seen: number[] = [];
    const stop = client.pool.db.onChange((row) => {
      if (row.cls === 'task' && row.link('subtask_of') === task) {
        const fraction = Number(row.get('progress'));
        if (seen.at(-1) !== fraction) seen.push(fraction);
      }
    });
    const started = client.clock.now();
    await client.run('VDI.create', vdiRecord(sr));
    const created = client.clock.now() - started;
    await client.clock.runUntilIdle();
    stop();
    expect(seen.filter((fraction) => fraction > 0 && fraction < 1).length).toBeGreaterThan(10);
    expect(await client.call('task.get_status', task)).toBe('success');
    // The copy takes seconds; the other client waited only for the making of a disk, if at all.
    expect(created).toBeLessThan(15_000);
    const [copy = ''] = await client.call<string[]>('VM.get_by_name_label', 'copy');
    const [vbd = ''] = await client.call<string[]>('VM.get_VBDs', copy);
    const vdi = await client.call('VBD.get_VDI', vbd);
    expect(
      (await client.call<Record<string, string>>('VDI.get_sm_config', vdi))['vhd-parent'],
    ).toBeUndefined();
    expect(await client.call<number>('VDI.get_physical_utilisation', vdi)).toBe(42 * MIB);
  });

  it('ends as cancelled, with nothing left, when its task is cancelled', async () => {
    client.close();
    await start({ profile: 'default-nfs' });
    const vm = await vmWith([await disk()]);
    const before = client.pool.db.count('VDI');
    const task = await client.call('Async.VM.copy', vm, 'copy', 'OpaqueRef:NULL');
    await client.call('task.cancel', task);
    await client.clock.runUntilIdle();
    expect(await client.call('task.get_status', task)).toBe('cancelled');
    expect(client.pool.db.count('VDI')).toBe(before);
  });

  it('copies into a disk that is there, if it is large enough', async () => {
    const [from, into, small] = [await disk(), await disk(), await disk({ virtual_size: 32 * MIB })];
    writeDisk(client.pool, client.pool.db.get('VDI', from), 0, Buffer.from('bytes'));
    const none = 'OpaqueRef:NULL';
    expect(await client.call('VDI.copy', from, none, none, into)).toBe(into);
    const row = client.pool.db.get('VDI', into);
    expect(Buffer.from(client.pool.contents.read(row, 0, 5)).toString()).toBe('bytes');
    expect(await failureOf(client.call('VDI.copy', from, none, none, small))).toEqual([
      'VDI_TOO_SMALL',
      small,
      String(64 * MIB),
    ]);
  });
});

describe('S41 VM.provision', () => {
  it('makes the disks of the template’s description and turns it into a VM', async () => {
    const uuid = await client.call('SR.get_uuid', sr);
    const wanted = `<provision><disk device="0" size="${GIB}" sr="${uuid}" bootable="true" type="system"/></provision>`;
    const vm = await client.call(
      'VM.create',
      vmRecord({ is_a_template: true, other_config: { disks: wanted, kept: '1' } }),
    );
    await client.call('VM.provision', vm);
    expect(await client.call('VM.get_is_a_template', vm)).toBe(false);
    const config = await client.call<Record<string, string>>('VM.get_other_config', vm);
    expect([config['disks'], config['kept']]).toEqual([undefined, '1']);
    const [vbd = ''] = await client.call<string[]>('VM.get_VBDs', vm);
    expect(await client.call('VBD.get_other_config', vbd)).toHaveProperty('owner');
    expect(await client.call('VDI.get_virtual_size', await client.call('VBD.get_VDI', vbd))).toBe(GIB);
  });
});

describe('S48 the lock of an SR', () => {
  it('makes the second VDI.create wait, not fail', async () => {
    client.close();
    await start({ profile: 'default-nfs' });
    const ends = await Promise.all([1, 2].map(() => client.run('VDI.create', vdiRecord(sr))));
    expect(ends.map((end) => end.status)).toEqual(['success', 'success']);
    const waited = client.pool.log
      .list()
      .filter((entry) => entry.waits.some(({ queue }) => queue.startsWith('sr:')));
    expect(waited).toHaveLength(1);
  });
});

describe('S51 hot plug', () => {
  it('needs drivers in the guest', async () => {
    client.close();
    await start({ profile: 'default-nfs' });
    const vm = await vmWith([]);
    const vbd = await client.call('VBD.create', vbdRecord(vm, await disk()));
    await client.run('VBD.destroy', vbd);
    await client.run('VM.start', vm, false, false);
    const late = await client.call('VBD.create', vbdRecord(vm, await disk()));
    expect((await client.run('VBD.plug', late)).error).toEqual(['VM_MISSING_PV_DRIVERS', vm]);
    await client.clock.advance(300_000);
    expect((await client.run('VBD.plug', late)).status).toBe('success');
  });
});

describe('S52 devices', () => {
  it('are used once', async () => {
    const vm = await vmWith([]);
    await client.call('VBD.create', vbdRecord(vm, await disk(), { userdevice: '3' }));
    const again = client.call('VBD.create', vbdRecord(vm, await disk(), { userdevice: 'xvdd' }));
    expect(await failureOf(again)).toEqual(['DEVICE_ALREADY_EXISTS', 'xvdd']);
    const [network = ''] = await client.call<string[]>('network.get_all');
    await client.call('VIF.create', vifRecord(vm, network));
    const twin = client.call('VIF.create', vifRecord(vm, network));
    expect((await failureOf(twin))[0]).toBe('DEVICE_ALREADY_EXISTS');
    expect(await client.call<string[]>('VM.get_allowed_VIF_devices', vm)).toHaveLength(15);
    expect(await client.call<string[]>('VM.get_allowed_VBD_devices', vm)).toHaveLength(254);
  });
});

describe('S53 one writer a disk', () => {
  it('unless it is made for sharing', async () => {
    const [own, shared] = [await disk(), await disk({ sharable: true })];
    const [one, two] = [await vmWith([own, shared]), await vmWith([own])];
    await client.call('VM.start', one, false, false);
    expect(await failureOf(client.call('VM.start', two, false, false))).toEqual(['VDI_IN_USE', own]);
    await client.call('VM.start', await vmWith([shared]), false, false);
  });
});

describe('S57 VM.destroy', () => {
  it('takes devices and metrics along and leaves disks and snapshots', async () => {
    const vdi = await disk();
    const vm = await vmWith([vdi]);
    const [network = ''] = await client.call<string[]>('network.get_all');
    const vif = await client.call('VIF.create', vifRecord(vm, network));
    const metrics = await client.call('VM.get_metrics', vm);
    const snapshot = await client.call('VM.snapshot', vm, 'kept');
    const [vbd = ''] = await client.call<string[]>('VM.get_VBDs', vm);
    await client.call('VM.destroy', vm);
    for (const [cls, ref] of [
      ['VBD', vbd],
      ['VIF', vif],
      ['VM_metrics', metrics],
    ])
      expect(await failureOf(client.call(`${cls}.get_uuid`, ref))).toEqual(['HANDLE_INVALID', cls, ref]);
    expect(await client.call<string[]>('VDI.get_VBDs', vdi)).toEqual([]);
    expect(await client.call('VM.get_is_a_snapshot', snapshot)).toBe(true);
  });
});

describe('S58 the sweep', () => {
  it('removes disks of VDIs that are gone, and empties drives', async () => {
    const { db } = client.pool;
    const [gone, iso] = [await disk(), await disk({ read_only: true })];
    const vm = await vmWith([gone]);
    const [vbd = ''] = await client.call<string[]>('VM.get_VBDs', vm);
    const drive = await client.call(
      'VBD.create',
      vbdRecord(vm, iso, { type: 'CD', mode: 'RO', userdevice: '3' }),
    );
    for (const ref of [gone, iso]) db.remove(db.get('VDI', ref));
    await client.clock.advance(31_000);
    expect((await failureOf(client.call('VBD.get_uuid', vbd)))[0]).toBe('HANDLE_INVALID');
    expect(await client.call('VBD.get_empty', drive)).toBe(true);
  });
});
