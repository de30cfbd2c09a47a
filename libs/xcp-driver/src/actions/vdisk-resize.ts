/**
 * Enlarges a data disk: of a halted server, or of a running one where the storage driver can.
 *
 *   in use? ── no ──► VDI.resize
 *      └── yes, and the driver says VDI_RESIZE_ONLINE ──► VDI.resize_online ── refused ──► noted; next time it is halted
 */
import { DomainError } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { TAG } from '../ownership-tags.js';
import { XenApiError } from '../transport/transport.js';
import type { ActionHandler } from './action-handler.js';
import { findDisk, getDisk } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';

const GIB = 2 ** 30;
/** In XenAPI `SM.capabilities`, which pools of every age have; newer ones may add `/<version>`. */
const ONLINE_RESIZE = 'VDI_RESIZE_ONLINE';
/** The driver announces what it cannot do for this disk, e.g. because of the running domain's back-end. */
const CANNOT = new Set([
  'SR_OPERATION_NOT_SUPPORTED',
  'VDI_IN_USE',
  'UNIMPLEMENTED_IN_SM_BACKEND',
  'MESSAGE_REMOVED',
  'MESSAGE_METHOD_UNKNOWN',
  'NOT_IMPLEMENTED',
]);

const announces = ({ capabilities }: Cached<'SM'>): boolean =>
  capabilities.some((name) => name.split('/')[0] === ONLINE_RESIZE);

/** What the driver of the disk's storage says, unless it was refused before. */
export function canGrowOnline(cache: PoolCache, vdi: Cached<'VDI'>): boolean {
  if (vdi.other_config[TAG.offlineGrowth] !== undefined) return false;
  const type = cache.find('SR', vdi.SR)?.type;
  return [...cache.all('SM')].some(([, sm]) => sm.type === type && announces(sm));
}

const isInUse = (cache: PoolCache, { ref }: Located<'VDI'>): boolean =>
  cache.referring('VBD', 'VDI', ref).some((vbd) => vbd.record.currently_attached);

const busy = (part: string): DomainError =>
  new DomainError('pool-busy', `${part} is in use by a running server and cannot grow now.`, {
    retry: 'same',
  });

async function growInUse(
  vdi: Located<'VDI'>,
  bytes: number,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const part = vdi.record.other_config[TAG.part] ?? '';
  if (!canGrowOnline(cache, vdi.record)) throw busy(part);
  try {
    await calls.task('VDI.resize_online', [vdi.ref, bytes], { signal });
  } catch (error) {
    if (!(error instanceof XenApiError) || !CANNOT.has(error.code)) throw error;
    const config = { ...vdi.record.other_config, [TAG.offlineGrowth]: error.code };
    await calls.call('VDI.set_other_config', [vdi.ref, config], signal);
    cache.wrote('VDI', vdi.ref, { other_config: config });
    throw busy(part);
  }
}

export const vdiskResize: ActionHandler<'vdisk.resize'> = {
  methods: ['VDI.resize', 'VDI.resize_online'],
  isDone: ({ part, sizeGiB }, { cache }) =>
    (findDisk(cache, part)?.record.virtual_size ?? 0) >= sizeGiB * GIB,
  perform: async ({ part, sizeGiB }, pool, { signal }) => {
    const vdi = getDisk(pool.cache, part);
    const bytes = sizeGiB * GIB;
    if (vdi.record.virtual_size >= bytes) return;
    if (isInUse(pool.cache, vdi)) await growInUse(vdi, bytes, pool, signal);
    else await pool.calls.task('VDI.resize', [vdi.ref, bytes], { signal });
    pool.cache.wrote('VDI', vdi.ref, { virtual_size: bytes });
  },
};
