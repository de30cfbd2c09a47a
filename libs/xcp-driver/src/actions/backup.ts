/**
 * Back-ups: full copies of disks, each a disk of its own that no VM has.
 *
 *   (none) ──copy──► partial ──tags written──► complete ──destroy──► (none)
 */
import {
  backupId,
  DomainError,
  type BackupId,
  type DiskPart,
  type ObservedBackup,
  type VsysId,
  vsysOfPart,
} from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { diskClaim, TAG, tagsOf } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { copyDisk, listUnfinished, nameCopy, removeUnfinished } from './copy-disk.js';
import { destroyVdi } from './destroy-vdi.js';
import { findDiskOf } from './disk-of-part.js';
import { getSr } from './vdisk-create.js';

function parsedId(text: string): BackupId | undefined {
  try {
    return backupId(text);
  } catch {
    return undefined;
  }
}

/** Several when an answer was lost: they are alike, and all of them go together. */
const listBackup = (cache: PoolCache, id: BackupId): readonly Located<'VDI'>[] =>
  cache.owned(vsysOfPart(id), 'VDI').filter(({ record }) => {
    const claim = diskClaim(record);
    return claim?.isGenuine === true && claim.part === id && record.other_config[TAG.self] === record.uuid;
  });

/** Throws `conflict` when it is not in the pool. */
export function getBackup(cache: PoolCache, id: BackupId): Located<'VDI'> {
  const found = listBackup(cache, id)[0];
  if (found !== undefined) return found;
  throw new DomainError('conflict', `The back-up ${id} is not in the pool.`, {
    retry: 'after-change',
    remedy: 'Choose another back-up.',
  });
}

export function observeBackups(cache: PoolCache, vsys: VsysId): readonly ObservedBackup[] {
  const seen = new Map<BackupId, ObservedBackup>();
  for (const { record } of cache.owned(vsys, 'VDI')) {
    const id = parsedId(record.other_config[TAG.part] ?? '');
    if (id === undefined) continue;
    const isComplete = diskClaim(record)?.isGenuine === true;
    if (isComplete) seen.set(id, { id });
    else if (!seen.has(id)) seen.set(id, { id, isPartial: true });
  }
  return [...seen.values()];
}

const getSource = (cache: PoolCache, source: DiskPart): Located<'VDI'> => {
  const found = findDiskOf(cache, source);
  if (found !== undefined) return found;
  throw new DomainError('pool-busy', `The disk of ${source} is not in the pool any more.`, { retry: 'same' });
};

export const backupCreate: ActionHandler<'backup.create'> = {
  methods: ['VDI.copy', 'VDI.snapshot', 'VDI.clone'],
  isDone: ({ part }, { cache }) => listBackup(cache, part).length > 0,
  perform: async ({ part, name, source, sr }, pool, { signal }) => {
    if (listBackup(pool.cache, part).length > 0) return;
    const target = getSr(pool.cache, sr);
    const copy = await copyDisk(getSource(pool.cache, source), { part, sr: target }, pool, signal);
    await pool.calls.call('VDI.set_name_label', [copy.ref, part], signal);
    await pool.calls.call('VDI.set_name_description', [copy.ref, name], signal);
    await nameCopy(copy, { ...tagsOf(vsysOfPart(part), part), [TAG.self]: copy.uuid }, pool, signal);
    await pool.feed.barrier(signal);
  },
};

export const backupDestroy: ActionHandler<'backup.destroy'> = {
  methods: ['VDI.destroy'],
  isDone: ({ part }, { cache }) => listBackup(cache, part).length + listUnfinished(cache, part).length === 0,
  perform: async ({ part }, pool, { signal }) => {
    await pool.feed.barrier(signal);
    for (const { ref } of listBackup(pool.cache, part)) await destroyVdi(ref, pool, signal);
    await removeUnfinished(part, pool, signal);
  },
};
