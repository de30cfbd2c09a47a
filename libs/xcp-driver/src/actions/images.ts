/** DiskImages of the pool: templates, found by their name. */
import { DomainError } from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';

/** The disks of a template, in device order. */
export const disksOf = (cache: PoolCache, vm: string): readonly Located<'VDI'>[] =>
  cache
    .referring('VBD', 'VM', vm)
    .filter(({ record }) => record.type === 'Disk')
    .toSorted((a, b) => Number(a.record.userdevice) - Number(b.record.userdevice))
    .flatMap(({ record: { VDI } }) => {
      const record = cache.find('VDI', VDI);
      return VDI === null || record === undefined ? [] : [{ ref: VDI, record }];
    });

/** The disk that servers of the image boot from, of the copy on `sr` when there is one. Throws as `getImage` and `pool-refused`. */
export function getImageDisk(cache: PoolCache, name: string, sr?: string): Located<'VDI'> {
  const [disk] = disksOf(cache, getImage(cache, name, sr).ref);
  if (disk !== undefined) return disk;
  throw new DomainError('pool-refused', `The template “${name}” has no disk.`, {
    remedy: 'Import the image into the pool as a template with its system disk.',
  });
}

/** XenAPI `SR` of the first disk: where a fast clone will be. */
const storageOf = (cache: PoolCache, vm: string): string | null => disksOf(cache, vm)[0]?.record.SR ?? null;

/**
 * The template of that name; of copies on several storages the one on `sr`, else always the same. Throws `pool-refused` when
 * there is none, `conflict` when one storage has several.
 */
export function getImage(cache: PoolCache, name: string, sr?: string): Located<'VM'> {
  const found = cache
    .images()
    .filter(({ record }) => record.name_label === name)
    .toSorted((a, b) => (a.record.uuid < b.record.uuid ? -1 : 1));
  const [first] = found;
  if (first === undefined) {
    throw new DomainError('pool-refused', `The pool has no template named “${name}”.`, {
      remedy: 'Import the image into the pool as a template of that name.',
    });
  }
  const storages = found.map(({ ref }) => storageOf(cache, ref));
  if (new Set(storages).size !== found.length) {
    throw new DomainError('conflict', `The pool has ${found.length} templates named “${name}”.`, {
      remedy: 'Rename all but the right one.',
    });
  }
  const there = storages.findIndex((ref) => sr !== undefined && cache.find('SR', ref)?.uuid === sr);
  return found[there] ?? first;
}
