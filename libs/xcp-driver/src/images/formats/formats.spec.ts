import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DomainError } from '@openvsys/vsys';
import { blockCount, blockLength, DISK_BLOCK, type DiskImage, type RandomAccess } from './random-access.js';
import { openRawDisk } from './raw-disk.js';
import { openVhd } from './vhd-reader.js';
import { planVhd } from './vhd-writer.js';
import { openVmdk } from './vmdk-reader.js';
import { allOf } from '../../../test/all-of.js';

const LIMIT = 2 ** 40;

const inMemory = (bytes: Buffer): RandomAccess => ({
  size: bytes.length,
  read: async (offset, length) => {
    if (offset + length > bytes.length) throw new Error('read beyond the end');
    return bytes.subarray(offset, offset + length);
  },
  isEmpty: () => false,
});

async function contentOf(disk: DiskImage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let index = 0; index < blockCount(disk.virtualBytes); index += 1) {
    const length = blockLength(disk.virtualBytes, index);
    const block = await disk.readBlock(index);
    expect(block === undefined || block.length === length).toBe(true);
    parts.push(block ?? Buffer.alloc(length));
  }
  return Buffer.concat(parts);
}

async function vhdOf(disk: DiskImage): Promise<Buffer> {
  const plan = await planVhd(disk);
  const bytes = Buffer.concat(await allOf(plan.open()));
  expect(bytes.length).toBe(plan.bytes);
  return bytes;
}

/** A streamOptimized VMDK, grains of 64 KiB, directory at the end; empty grains are left out. */
function vmdkOf(content: Buffer): Buffer {
  const grain = 128;
  const sector = 512;
  const capacity = content.length / sector;
  const head = (directoryAt: bigint): Buffer => {
    const header = Buffer.alloc(sector);
    header.writeUInt32LE(0x564d444b, 0);
    header.writeUInt32LE(3, 4);
    header.writeUInt32LE(0x30001, 8);
    header.writeBigUInt64LE(BigInt(capacity), 12);
    header.writeBigUInt64LE(BigInt(grain), 20);
    header.writeUInt32LE(512, 44);
    header.writeBigUInt64LE(directoryAt, 56);
    header.writeUInt16LE(1, 77);
    return header;
  };
  const parts: Buffer[] = [head(2n ** 64n - 1n)];
  let at = 1;
  const put = (bytes: Buffer): number => {
    const place = at;
    const padded = Buffer.concat([bytes], Math.ceil(bytes.length / sector) * sector);
    parts.push(padded);
    at += padded.length / sector;
    return place;
  };
  // The place of the descriptor: grains never lie at sector 1, which says `zeros`.
  put(Buffer.alloc(sector));
  const grains = Math.ceil(capacity / grain);
  const tables = Math.ceil(grains / 512);
  const table = Buffer.alloc(tables * 512 * 4);
  for (let index = 0; index < grains; index += 1) {
    const plain = Buffer.concat(
      [content.subarray(index * grain * sector, (index + 1) * grain * sector)],
      grain * sector,
    );
    if (plain.every((byte) => byte === 0)) continue;
    const packed = deflateSync(plain);
    const marker = Buffer.alloc(12);
    marker.writeBigUInt64LE(BigInt(index * grain), 0);
    marker.writeUInt32LE(packed.length, 8);
    table.writeUInt32LE(put(Buffer.concat([marker, packed])), index * 4);
  }
  const directory = Buffer.alloc(tables * 4);
  for (let index = 0; index < tables; index += 1)
    directory.writeUInt32LE(put(table.subarray(index * 2048, (index + 1) * 2048)), index * 4);
  const directoryAt = put(directory);
  parts.push(head(BigInt(directoryAt)), Buffer.alloc(sector));
  return Buffer.concat(parts);
}

/** Disks with data here and there, also at the ends of blocks. */
const disks = fc
  .record({
    sectors: fc.integer({ min: 1, max: 3 * 4096 + 7 }),
    writes: fc.array(fc.record({ at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 2_000 }) }), {
      maxLength: 5,
    }),
  })
  .map(({ sectors, writes }) => {
    const content = Buffer.alloc(sectors * 512);
    for (const { at, bytes } of writes) {
      const from = at % content.length;
      content.set(bytes.subarray(0, content.length - from), from);
    }
    return content;
  });

const folder = mkdtempSync(join(tmpdir(), 'openvsys-formats-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasQemu = spawnSync('qemu-img', ['--version']).status === 0;

describe('disk formats', () => {
  it('give back what was written as VHD; zeros take no place', async () => {
    await fc.assert(
      fc.asyncProperty(disks, async (content) => {
        const vhd = await vhdOf(openRawDisk(inMemory(content)));
        expect((await contentOf(await openVhd(inMemory(vhd)))).equals(content)).toBe(true);
      }),
      { numRuns: 40 },
    );
    const empty = await planVhd(openRawDisk(inMemory(Buffer.alloc(8 * DISK_BLOCK))));
    expect(empty.blocks).toBe(0);
    expect(empty.bytes).toBeLessThan(4_096);
  });

  it('give back what is in a streamOptimized VMDK', async () => {
    await fc.assert(
      fc.asyncProperty(disks, async (content) => {
        const disk = await openVmdk(inMemory(vmdkOf(content)), LIMIT);
        expect((await contentOf(disk)).equals(content)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('are refused as damaged, never crash or read beyond, whatever is changed in them', async () => {
    const content = Buffer.alloc(DISK_BLOCK + 4096, 7);
    content.fill(0, 100, 70_000);
    const files = [await vhdOf(openRawDisk(inMemory(content))), vmdkOf(content)] as const;
    const openers = [openVhd, async (file: RandomAccess) => openVmdk(file, LIMIT)] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1 }),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 16 }),
        fc.boolean(),
        async (which, at, noise, cut) => {
          const damaged = Buffer.from(files[which]!);
          // Half of the changes hit the structures, which are at both ends.
          const span = at % 3 === 0 ? damaged.length : 2_048;
          const from = at % 2 === 0 ? at % span : damaged.length - 1 - (at % span);
          damaged.set(noise.subarray(0, damaged.length - from), from);
          const bytes = cut ? damaged.subarray(0, at % damaged.length) : damaged;
          try {
            const disk = await openers[which]!(inMemory(bytes));
            for (let index = 0; index < Math.min(4, blockCount(disk.virtualBytes)); index += 1)
              await disk.readBlock(index);
          } catch (error) {
            expect(error).toBeInstanceOf(DomainError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuse disks beyond the limit, differences to other disks and overlapping blocks', async () => {
    const huge = vmdkOf(Buffer.alloc(65_536, 1));
    huge.writeBigUInt64LE(2n ** 50n, 12);
    await expect(openVmdk(inMemory(huge), LIMIT)).rejects.toMatchObject({ code: 'too-large' });
    const vhd = await vhdOf(openRawDisk(inMemory(Buffer.alloc(2 * DISK_BLOCK, 1))));
    const tableAt = 1536;
    const bomb = Buffer.from(vhd);
    bomb.writeUInt32BE(bomb.readUInt32BE(tableAt), tableAt + 4);
    await expect(openVhd(inMemory(bomb))).rejects.toMatchObject({ code: 'invalid-parameter' });
    await expect(openVhd(inMemory(vhd.subarray(0, vhd.length - 100)))).rejects.toMatchObject({
      code: 'invalid-parameter',
    });
    expect(() => openRawDisk(inMemory(Buffer.alloc(513)))).toThrow(/sectors/);
    expect(() => openRawDisk(inMemory(Buffer.alloc(0)))).toThrow(/empty/);
  });

  it.runIf(hasQemu)('are read and written as other programs do', async () => {
    const content = Buffer.alloc(5 * DISK_BLOCK);
    for (const at of [0, 3 * DISK_BLOCK + 5, 4 * DISK_BLOCK - 1])
      content.fill(`data at ${at}`, at, at + 9_000);
    const path = (name: string): string => join(folder, name);
    writeFileSync(path('raw'), content);
    writeFileSync(path('ours.vhd'), await vhdOf(openRawDisk(inMemory(content))));
    const convert = (...args: string[]): Buffer => execFileSync('qemu-img', ['convert', ...args]);
    convert('-f', 'vpc', '-O', 'raw', path('ours.vhd'), path('back'));
    expect(readFileSync(path('back')).subarray(0, content.length).equals(content)).toBe(true);
    convert('-O', 'vpc', '-o', 'subformat=dynamic,force_size=on', path('raw'), path('theirs.vhd'));
    const vhd = await openVhd(inMemory(readFileSync(path('theirs.vhd'))));
    expect((await contentOf(vhd)).equals(content)).toBe(true);
    for (const subformat of ['streamOptimized', 'monolithicSparse']) {
      convert('-f', 'raw', '-O', 'vmdk', '-o', `subformat=${subformat}`, path('raw'), path(subformat));
      const vmdk = await openVmdk(inMemory(readFileSync(path(subformat))), LIMIT);
      expect((await contentOf(vmdk)).equals(content)).toBe(true);
    }
  });
});
