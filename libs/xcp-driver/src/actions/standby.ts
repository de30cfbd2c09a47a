/** Disks that were filled: which wish they obeyed, and complete copies that wait to become a disk. */
import { vdiskId, vserverId, vsysOfPart, type DiskPart } from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { TAG } from '../ownership-tags.js';
import { findDiskOf, serverIn } from './disk-of-part.js';
import { findDisk } from './find-parts.js';

export const fillsOf = (config: Readonly<Record<string, string>>): number => Number(config[TAG.origin] ?? 0);

/** Copies that are complete and wait to become the disk. */
export const listStandbys = (cache: PoolCache, part: DiskPart): readonly Located<'VDI'>[] =>
  cache.owned(vsysOfPart(part), 'VDI').filter(({ record: { other_config, uuid } }) => {
    if (other_config[TAG.part] !== part || other_config[TAG.standby] === undefined) return false;
    return other_config[TAG.self] !== uuid;
  });

/** For who looks for a disk that is out of sight: `undefined` when it is in its place. */
export const findStandby = (cache: PoolCache, part: DiskPart): Located<'VDI'> | undefined =>
  serverIn(part) === undefined && findDisk(cache, vdiskId(part)) === undefined
    ? listStandbys(cache, part)[0]
    : undefined;

/** Of the system disk of a server. */
export const systemFillsOf = (cache: PoolCache, server: string): number => {
  const disk = findDiskOf(cache, vserverId(server));
  return disk === undefined ? 0 : fillsOf(disk.record.other_config);
};
