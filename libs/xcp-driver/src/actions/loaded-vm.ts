import type { VServerId } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import { getVm } from './find-parts.js';
import { seen, type PoolAccess } from './pool-access.js';

/** Waits until the clone with its disks is in the cache: the tags need its uuid, the disks theirs. */
export async function loadedVm(
  part: VServerId,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Located<'VM'>> {
  const { cache } = pool;
  const { ref } = getVm(cache, part);
  const isLoaded = (): true | undefined => {
    const record = cache.find('VM', ref);
    if (record === undefined || record.uuid === '') return undefined;
    if (!record.VIFs.every((vif) => cache.find('VIF', vif) !== undefined)) return undefined;
    const vbds = record.VBDs.map((vbd) => cache.find('VBD', vbd));
    const hasDisks = vbds.every(
      (vbd) => vbd !== undefined && (vbd.VDI === null || cache.find('VDI', vbd.VDI) !== undefined),
    );
    return hasDisks ? true : undefined;
  };
  await seen(pool, isLoaded, [['VM', ref]], signal);
  return getVm(cache, part);
}
