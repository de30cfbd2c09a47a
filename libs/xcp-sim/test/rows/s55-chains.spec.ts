// Rows S54–S56 of storage: chains of VHDs with hidden base copies, their limit, the collector, space; disks that share
// and part. Time is virtual: the collector comes when the clock says so.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeDisk, type SimPoolOptions } from '@openvsys/xcp-sim';
import {
  clientOf,
  failureOf,
  GIB,
  vbdRecord,
  vdiRecord,
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

function write(vdi: string, text: string, offset = 0): void {
  writeDisk(client.pool, client.pool.db.get('VDI', vdi), offset, Buffer.from(text));
}

function read(vdi: string, length: number, offset = 0): string {
  const row = client.pool.db.get('VDI', vdi);
  return Buffer.from(client.pool.contents.read(row, offset, length)).toString('latin1');
}

type Vdi = { uuid: string; managed: boolean; sm_config: Record<string, string>; name_label: string };

async function baseCopies(): Promise<Vdi[]> {
  const all = await client.call<Record<string, Vdi>>('VDI.get_all_records');
  return Object.values(all).filter((vdi) => !vdi.managed);
}

/** Long enough for the collector to come by and finish. */
const collect = async (): Promise<void> => {
  await client.clock.advance(3_600_000);
};

describe('S55 chains', () => {
  it('put a hidden base copy below a disk and its snapshot', async () => {
    const vdi = await disk();
    write(vdi, 'data');
    const snapshot = await client.call('VDI.snapshot', vdi);
    const [base] = await baseCopies();
    expect(base).toMatchObject({ name_label: 'base copy', managed: false });
    for (const ref of [vdi, snapshot]) {
      const config = await client.call<Record<string, string>>('VDI.get_sm_config', ref);
      expect(config['vhd-parent']).toBe(base?.uuid);
    }
    const [ref = ''] = await client.call<string[]>('VDI.get_by_name_label', 'base copy');
    expect((await failureOf(client.call('VDI.destroy', ref)))[0]).toBe('VDI_NOT_MANAGED');
  });

  it('end at thirty parents, and go on when the collector has merged', async () => {
    const vdi = await disk();
    const snapshots: string[] = [];
    for (let count = 0; count < 30; count += 1) snapshots.push(await client.call('VDI.snapshot', vdi));
    const refused = await failureOf(client.call('VDI.snapshot', vdi));
    expect(refused).toEqual(['SR_BACKEND_FAILURE_109', '', expect.stringContaining('opterr='), '']);
    for (const snapshot of snapshots) await client.call('VDI.destroy', snapshot);
    expect((await failureOf(client.call('VDI.snapshot', vdi)))[0]).toBe('SR_BACKEND_FAILURE_109');
    await collect();
    expect(await baseCopies()).toEqual([]);
    await client.call('VDI.snapshot', vdi);
  });

  it('do not grow when a disk is cloned that nobody wrote to since the last time', async () => {
    const vdi = await disk();
    write(vdi, 'image');
    for (let count = 0; count < 50; count += 1) await client.call('VDI.clone', vdi);
    expect(await baseCopies()).toHaveLength(1);
  });

  it('keep every reader’s bytes, whatever is merged below', async () => {
    const vdi = await disk();
    write(vdi, 'one');
    const first = await client.call('VDI.snapshot', vdi);
    write(vdi, 'two', 5 * MIB);
    const second = await client.call('VDI.snapshot', vdi);
    write(vdi, 'ONE');
    const clone = await client.call('VDI.clone', second);
    write(clone, 'fork', 9 * MIB);
    const seen = (): string[] =>
      [vdi, second, clone].map((ref) => [0, 5 * MIB, 9 * MIB].map((at) => read(ref, 4, at)).join('|'));
    const before = seen();
    expect(before).toEqual(['ONE\0|two\0|\0\0\0\0', 'one\0|two\0|\0\0\0\0', 'one\0|two\0|fork']);
    await client.call('VDI.destroy', first);
    await collect();
    expect(seen()).toEqual(before);
    await client.call('VDI.destroy', second);
    await collect();
    expect(read(vdi, 3)).toBe('ONE');
    expect(read(clone, 4, 9 * MIB)).toBe('fork');
    expect(read(clone, 3, 5 * MIB)).toBe('two');
  });

  it('give space back late, by the collector', async () => {
    const used = (): Promise<number> => client.call<number>('SR.get_physical_utilisation', sr);
    const empty = await used();
    const vdi = await disk();
    for (let unit = 0; unit < 8; unit += 1) write(vdi, 'x', unit * 2 * MIB);
    const snapshot = await client.call('VDI.snapshot', vdi);
    for (let unit = 0; unit < 8; unit += 1) write(vdi, 'y', unit * 2 * MIB);
    await client.call('VDI.destroy', snapshot);
    const late = await used();
    await collect();
    expect(late - (await used())).toBeGreaterThanOrEqual(2 * MIB);
    await client.call('VDI.destroy', vdi);
    await collect();
    expect(await used()).toBe(empty);
    expect(client.pool.contents.usage.memoryBytes).toBe(0);
  });

  it('wait with a disk in use until what is on top is small', async () => {
    const vdi = await disk();
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VBD.create', vbdRecord(vm, vdi));
    const snapshot = await client.call('VDI.snapshot', vdi);
    await client.call('VM.start', vm, false, false);
    for (let unit = 0; unit < 16; unit += 1) write(vdi, 'busy', unit * 2 * MIB);
    await client.call('VDI.destroy', snapshot);
    await collect();
    expect(await baseCopies()).toHaveLength(1);
    await client.call('VM.hard_shutdown', vm);
    await client.call('SR.scan', sr);
    await collect();
    expect(await baseCopies()).toEqual([]);
  });
});

describe('S54 space', () => {
  it('is taken as a thin disk is written, and ends in the middle of a write', async () => {
    await start({ storage: [{ name: 'small', type: 'nfs', sizeBytes: 20 * MIB }] });
    const vdi = await disk();
    expect(await client.call<number>('VDI.get_physical_utilisation', vdi)).toBe(2 * MIB);
    write(vdi, 'x'.repeat(3 * MIB));
    expect(await client.call<number>('VDI.get_physical_utilisation', vdi)).toBe(6 * MIB);
    expect(() => write(vdi, 'x'.repeat(20 * MIB), 8 * MIB)).toThrow('SR_BACKEND_FAILURE_44');
    expect(await client.call<number>('SR.get_physical_utilisation', sr)).toBeLessThanOrEqual(20 * MIB);
  });

  it('is taken at once by a thick disk, and by its leaf again after a snapshot', async () => {
    await start({ storage: [{ name: 'san', type: 'lvmoiscsi', sizeBytes: 10 * GIB }] });
    const vdi = await disk({ virtual_size: GIB });
    const used = (): Promise<number> => client.call<number>('SR.get_physical_utilisation', sr);
    expect(await used()).toBe(GIB);
    write(vdi, 'x'.repeat(MIB));
    expect(await used()).toBe(GIB);
    await client.call('VDI.snapshot', vdi);
    expect(await client.call<number>('VDI.get_physical_utilisation', vdi)).toBe(GIB);
    expect(await used()).toBe(GIB + 8 * MIB + 4 * MIB);
  });

  it('that ends in the middle of a copy leaves nothing of the copy', async () => {
    await start({
      profile: 'default-nfs',
      storage: [
        { name: 'a', type: 'nfs', sizeBytes: GIB },
        { name: 'b', type: 'nfs', sizeBytes: 20 * MIB },
      ],
    });
    const [, target = ''] = await client.call<string[]>('SR.get_all');
    const vdi = await disk();
    write(vdi, 'x'.repeat(40 * MIB));
    const end = await client.run('VDI.copy', vdi, target);
    expect(end.error[0]).toBe('SR_BACKEND_FAILURE_44');
    expect(await client.call<string[]>('SR.get_VDIs', target)).toEqual([]);
    expect(await client.call<number>('SR.get_physical_utilisation', target)).toBe(0);
    expect(await client.call('VDI.get_current_operations', vdi)).toEqual({});
  });
});

describe('S56 revert', () => {
  it('brings back the bytes of the snapshot in new disks, and the links to the snapshots', async () => {
    const vm = await client.call('VM.create', vmRecord());
    const vdi = await disk();
    const vbd = await client.call('VBD.create', vbdRecord(vm, vdi));
    write(vdi, 'before');
    const snapshot = await client.call('VM.snapshot', vm, 'snap');
    write(vdi, 'after!');
    await client.call('VM.start', vm, false, false);
    await client.call('VM.revert', snapshot);
    expect(await client.call('VM.get_power_state', vm)).toBe('Halted');
    expect((await failureOf(client.call('VBD.get_uuid', vbd)))[0]).toBe('HANDLE_INVALID');
    const [fresh = ''] = await client.call<string[]>('VM.get_VBDs', vm);
    const restored = await client.call('VBD.get_VDI', fresh);
    expect(restored).not.toBe(vdi);
    expect(read(restored, 6)).toBe('before');
    const [kept = ''] = await client.call<string[]>('VM.get_VBDs', snapshot);
    expect(await client.call('VDI.get_snapshot_of', await client.call('VBD.get_VDI', kept))).toBe(restored);
  });
});

describe('changed block tracking', () => {
  it('lists what was written between two snapshots', async () => {
    const vdi = await disk();
    await client.call('VDI.enable_cbt', vdi);
    write(vdi, 'a');
    const first = await client.call('VDI.snapshot', vdi);
    write(vdi, 'b', 64 * 1024);
    write(vdi, 'c', 9 * 64 * 1024);
    const second = await client.call('VDI.snapshot', vdi);
    const bits = Buffer.from(await client.call('VDI.list_changed_blocks', first, second), 'base64');
    expect(bits.length).toBe((64 * MIB) / (64 * 1024) / 8);
    expect([...bits.subarray(0, 3)]).toEqual([0b0100_0000, 0b0100_0000, 0]);
    await client.call('VDI.data_destroy', first);
    expect(await client.call('VDI.get_type', first)).toBe('cbt_metadata');
    expect(await client.call('VDI.list_changed_blocks', first, second)).toBe(bits.toString('base64'));
    expect(read(second, 1)).toBe('a');
  });

  it('is refused for disks without it, or of another line', async () => {
    const [one, other] = [await disk(), await disk()];
    expect(await failureOf(client.call('VDI.list_changed_blocks', one, other))).toEqual([
      'VDI_NO_CBT_METADATA',
      one,
    ]);
    for (const vdi of [one, other]) await client.call('VDI.enable_cbt', vdi);
    expect((await failureOf(client.call('VDI.list_changed_blocks', one, other)))[0]).toBe(
      'SR_BACKEND_FAILURE_460',
    );
  });
});
