/**
 * Brings a VM back to a snapshot (XenAPI VM.revert). The pool replaces its disks by copies of the snapshot's and its settings by those
 * of then; the copies are signed as the server's own, and the counters that belong to now are written back.
 *
 * Repeating it after a crash is safe: nothing ran in between, since the plan starts the server only after the counter is written.
 */
import { DomainError, type VServerRevert } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import { diskClaim, TAG } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { findVm, getVm } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';
import { sign } from './sign-disk.js';
import { findSnapshotVm } from './snapshot.js';

const countIn = (vm: Located<'VM'> | undefined): number => Number(vm?.record.other_config[TAG.reverts] ?? 0);

/** A snapshot of a VM that is gone would bring that one back, beside the one that took its place. */
function getSnapshot(
  { part, revert }: VServerRevert,
  vm: Located<'VM'>,
  { cache }: PoolAccess,
): Located<'VM'> {
  const snapshot = findSnapshotVm(cache, revert.to, part);
  if (snapshot?.record.snapshot_of === vm.ref) return snapshot;
  const found = snapshot === undefined ? 'is not in the pool' : 'is of an earlier VM of the server';
  throw new DomainError('conflict', `The snapshot ${revert.to} of ${part} ${found}.`, {
    retry: 'after-change',
    remedy: 'Choose another snapshot.',
  });
}

/** Copies carry the tags of the disks that they took the place of. */
async function signDisks(vm: Located<'VM'>, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  for (const { record } of pool.cache.referring('VBD', 'VM', vm.ref)) {
    const vdi = record.type === 'Disk' ? pool.cache.find('VDI', record.VDI) : undefined;
    if (vdi === undefined || record.VDI === null || diskClaim(vdi)?.isGenuine !== false) continue;
    await sign({ ref: record.VDI, uuid: vdi.uuid }, pool, signal);
  }
}

export const vserverRevert: ActionHandler<'vserver.revert'> = {
  methods: ['VM.revert'],
  isDone: ({ part, revert }, { cache }) => countIn(findVm(cache, part)) >= revert.count,
  perform: async (action, pool, { signal }) => {
    const { cache, calls, feed } = pool;
    const before = getVm(cache, action.part);
    if (countIn(before) >= action.revert.count) return;
    const snapshot = getSnapshot(action, before, pool);
    await calls.task('VM.revert', [snapshot.ref], { signal });
    await feed.barrier(signal);
    const now = getVm(cache, action.part);
    await signDisks(now, pool, signal);
    if (now.record.is_a_template) await calls.call('VM.set_is_a_template', [now.ref, false], signal);
    const restarts = before.record.other_config[TAG.restarts] ?? '0';
    const kept = { [TAG.restarts]: restarts, [TAG.reverts]: String(action.revert.count) };
    // What the snapshot says of itself came along (XenAPI VM.revert takes its whole record).
    const { [TAG.snapshotPaused]: _paused, [TAG.snapshotBytes]: _bytes, ...own } = now.record.other_config;
    const config = { ...own, ...kept };
    await calls.call('VM.set_other_config', [now.ref, config], signal);
    cache.wrote('VM', now.ref, { other_config: config, is_a_template: false });
  },
};
