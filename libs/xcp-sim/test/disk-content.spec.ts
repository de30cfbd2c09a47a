// The bytes of disks against a plain model: random writes, clones, snapshots, copies, deletions and merges; the limit of
// memory and the file beyond it; saving and loading.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createSimPool, saveState, writeDisk, type SavedState } from '@openvsys/xcp-sim';
import { SeededRandom } from '../src/random/seeded-random.js';
import { clientOf, vdiRecord, type Client } from './support/pool-under-test.js';

const MIB = 2 ** 20;
const SIZE = 8 * MIB;
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xcp-sim-content-'));
  folders.push(folder);
  return folder;
}

/** Disks beside plain buffers that say what they must hold. */
class Story {
  readonly model = new Map<string, Buffer>();

  constructor(
    private readonly client: Client,
    private readonly sr: string,
    private readonly random: SeededRandom,
  ) {}

  private any(): string {
    return [...this.model.keys()][this.random.integer(this.model.size)] ?? '';
  }

  private row(vdi: string) {
    return this.client.pool.db.get('VDI', vdi);
  }

  async step(): Promise<void> {
    const vdi = this.any();
    const bytes = this.model.get(vdi);
    const choice = this.random.integer(10);
    if (bytes === undefined || choice === 0) {
      const made = await this.client.call('VDI.create', vdiRecord(this.sr, { virtual_size: SIZE }));
      this.model.set(made, Buffer.alloc(SIZE));
    } else if (choice <= 4) this.write(vdi, bytes);
    else if (choice === 5) await this.derive('VDI.clone', vdi, bytes);
    else if (choice === 6) await this.derive('VDI.snapshot', vdi, bytes);
    else if (choice === 7)
      this.model.set(await this.client.call('VDI.copy', vdi, this.sr), Buffer.from(bytes));
    else if (choice === 8) {
      await this.client.call('VDI.destroy', vdi);
      this.model.delete(vdi);
    } else await this.client.clock.advance(300_000);
  }

  private write(vdi: string, bytes: Buffer): void {
    const offset = this.random.integer(SIZE - 300_000);
    const part = Buffer.alloc(1 + this.random.integer(300_000), this.random.integer(3));
    writeDisk(this.client.pool, this.row(vdi), offset, part);
    part.copy(bytes, offset);
  }

  private async derive(method: string, vdi: string, bytes: Buffer): Promise<void> {
    try {
      this.model.set(await this.client.call(method, vdi), Buffer.from(bytes));
    } catch (error) {
      // Long chains are refused until the collector comes.
      expect((error as { code: string }).code).toBe('SR_BACKEND_FAILURE_109');
    }
  }

  differing(): string[] {
    return [...this.model]
      .filter(([vdi, bytes]) => !bytes.equals(this.client.pool.contents.read(this.row(vdi), 0, SIZE)))
      .map(([vdi]) => vdi);
  }
}

describe('the bytes of disks', () => {
  it.each([1, 2, 3, 4])('are those that were written, after any story (seed %i)', async (seed) => {
    const folder = newFolder();
    const client = await clientOf({ templates: [], diskContent: { memoryBytes: 4 * MIB, folder } });
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const story = new Story(client, sr, new SeededRandom(seed, 'story'));
    for (let count = 0; count < 60; count += 1) await story.step();
    expect(story.differing()).toEqual([]);
    expect(client.pool.contents.usage.memoryBytes).toBeLessThanOrEqual(4 * MIB);
    for (const vdi of story.model.keys()) await client.call('VDI.destroy', vdi);
    await client.clock.advance(7_200_000);
    expect(client.pool.contents.usage).toEqual({ memoryBytes: 0, spilledBytes: 0 });
    expect(client.pool.db.count('VDI')).toBe(0);
    // The file has no name: nothing to clean up after a crash.
    expect(readdirSync(folder)).toEqual([]);
    client.close();
  });

  it('have a limit where there is no folder for the rest', async () => {
    const client = await clientOf({ templates: [], diskContent: { memoryBytes: MIB } });
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const vdi = client.pool.db.get('VDI', await client.call('VDI.create', vdiRecord(sr)));
    writeDisk(client.pool, vdi, 0, Buffer.alloc(MIB, 1));
    expect(() => writeDisk(client.pool, vdi, MIB, Buffer.alloc(MIB, 1))).toThrow('VDI_IO_ERROR');
    // Zeros cost nothing.
    writeDisk(client.pool, vdi, 2 * MIB, Buffer.alloc(16 * MIB));
    expect(client.pool.contents.usage.memoryBytes).toBe(MIB);
    client.close();
  });

  it('survive saving and loading, shared as before', async () => {
    const client = await clientOf({ templates: [] });
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const vdi = await client.call('VDI.create', vdiRecord(sr));
    writeDisk(client.pool, client.pool.db.get('VDI', vdi), 70_000, Buffer.from('kept'));
    const snapshot = await client.call('VDI.snapshot', vdi);
    writeDisk(client.pool, client.pool.db.get('VDI', vdi), 70_000, Buffer.from('more'));
    const { usage } = client.pool.contents;
    const text = JSON.stringify(saveState(client.pool));
    client.close();
    const again = createSimPool({}, JSON.parse(text) as SavedState);
    const read = (ref: string): string =>
      Buffer.from(again.pool.contents.read(again.pool.db.get('VDI', ref), 70_000, 4)).toString();
    expect([read(vdi), read(snapshot)]).toEqual(['more', 'kept']);
    expect(again.pool.contents.usage).toEqual(usage);
    writeDisk(again.pool, again.pool.db.get('VDI', vdi), 70_000, Buffer.from('next'));
    expect([read(vdi), read(snapshot)]).toEqual(['next', 'kept']);
    again.close();
  });
});
