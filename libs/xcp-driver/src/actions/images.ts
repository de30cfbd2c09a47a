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

/** Throws `pool-refused` when there is none, `conflict` when there are several. */
export function getImage(cache: PoolCache, name: string): Located<'VM'> {
  const found = cache.images().filter(({ record }) => record.name_label === name);
  const [image] = found;
  if (image === undefined) {
    throw new DomainError('pool-refused', `The pool has no template named “${name}”.`, {
      remedy: 'Import the image into the pool as a template of that name.',
    });
  }
  if (found.length > 1) {
    throw new DomainError('conflict', `The pool has ${found.length} templates named “${name}”.`, {
      remedy: 'Rename all but the right one.',
    });
  }
  return image;
}
