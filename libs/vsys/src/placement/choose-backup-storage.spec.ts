import { describe, expect, it } from 'vitest';
import { hostUuid, srUuid } from '../ids.js';
import type { PoolCapacity } from '../ports/hypervisor.port.js';
import { chooseBackupStorage } from './choose-backup-storage.js';

const id = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
const sr = (n: number, freeGiB: number, diskClass?: string) => ({
  uuid: srUuid(id(n)),
  name: `sr${n}`,
  type: 'nfs',
  shared: true,
  sizeGiB: 1000,
  freeGiB,
  ...(diskClass === undefined ? {} : { diskClass }),
});
const pool = (...srs: ReturnType<typeof sr>[]): PoolCapacity => ({
  hosts: [1, 2].map((n) => ({
    uuid: hostUuid(id(n)),
    name: `host${n}`,
    cpus: 8,
    memoryMiB: 8192,
    freeMemoryMiB: 8192,
    available: true,
    roles: [],
  })),
  srs,
  images: [],
});
const demand = { sizeGiB: 10, home: srUuid(id(1)), heldGiB: new Map() };

describe('the storage of a back-up', () => {
  it('is one for back-ups, else another than the disk has, else its own', () => {
    const [home, other, kept] = [sr(1, 500), sr(2, 100), sr(3, 50, 'backup')];
    expect(chooseBackupStorage(pool(home, other, kept), demand)).toEqual({
      sr: kept.uuid,
      placed: 'backup-storage',
    });
    expect(chooseBackupStorage(pool(home, other), demand)).toEqual({
      sr: other.uuid,
      placed: 'other-storage',
    });
    expect(chooseBackupStorage(pool(home), demand)).toEqual({ sr: home.uuid, placed: 'same-storage' });
  });

  it('has room beside what is promised, and is no dear one by chance', () => {
    const [home, other, kept, fast] = [sr(1, 500), sr(2, 100), sr(3, 50, 'backup'), sr(4, 900, 'fast')];
    const held = { ...demand, heldGiB: new Map([[kept.uuid, 45]]) };
    expect(chooseBackupStorage(pool(home, other, kept, fast), held).sr).toBe(other.uuid);
    expect(chooseBackupStorage(pool(home, fast), demand).sr).toBe(home.uuid);
    expect(chooseBackupStorage(pool(sr(1, 500, 'fast')), demand)).toMatchObject({ placed: 'same-storage' });
    expect(() => chooseBackupStorage(pool(sr(1, 9)), demand)).toThrow(
      expect.objectContaining({ code: 'no-capacity' }),
    );
  });
});
