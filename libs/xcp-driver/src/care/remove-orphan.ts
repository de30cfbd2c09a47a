/**
 * Removes one object of ours that belongs to nothing any more. The caller has proved from the database that its system
 * is gone; here the pool is asked, not the cache, whether the object still is what it was, and only then it goes.
 */
import { DomainError, type VsysId } from '@openvsys/vsys';
import { removeInterface } from '../actions/vnet-destroy.js';
import { unlessGone } from '../actions/unless-gone.js';
import type { PoolAccess } from '../actions/pool-access.js';
import { decodeRecord } from '../codec/decode.js';
import type { Ref } from '../generated/records.js';
import { claimOf, TAG } from '../ownership-tags.js';

interface Orphan {
  readonly uuid: string;
  readonly vsys: VsysId;
}

type Removable = 'VM' | 'VDI' | 'network';

/** Throws `not-found`, `conflict`. */
export async function removeOrphan(pool: PoolAccess, orphan: Orphan, signal: AbortSignal): Promise<void> {
  const [cls, ref] = find(pool, orphan.uuid);
  if (cls === 'VM') await removeVm(pool, ref as Ref<'VM'>, orphan, signal);
  else if (cls === 'VDI') await removeDisk(pool, ref as Ref<'VDI'>, orphan, signal);
  else await removeNetwork(pool, ref as Ref<'network'>, orphan, signal);
}

function find({ cache }: PoolAccess, uuid: string): readonly [Removable, string] {
  for (const cls of ['VM', 'VDI', 'network'] as const) {
    for (const [ref, record] of cache.all(cls)) if (record.uuid === uuid) return [cls, ref];
  }
  throw new DomainError('not-found', `The pool has no VM, disk or network ${uuid}.`, { retry: 'never' });
}

async function removeVm(
  pool: PoolAccess,
  ref: Ref<'VM'>,
  orphan: Orphan,
  signal: AbortSignal,
): Promise<void> {
  const vm = decodeRecord('VM', await pool.connection.request('VM.get_record', [ref], { signal }));
  requireOurs(vm, orphan);
  if (vm.power_state !== 'Halted')
    throw inUse(
      orphan,
      'It is not halted.',
      'Shut it down in the pool first, once it is sure that nobody needs it.',
    );
  const own = pool.cache
    .referring('VBD', 'VM', ref)
    .map(({ record }) => record.VDI)
    .filter((disk) => disk !== null);
  await unlessGone(pool.calls.call('VM.destroy', [ref], signal));
  pool.cache.removed('VM', ref);
  for (const disk of own) {
    const claim = claimOf(
      pool.cache.find('VDI', disk)?.other_config ?? {},
      pool.cache.find('VDI', disk)?.uuid ?? '',
    );
    // Others are foreign, or data disks: each of those is an orphan of its own.
    if (claim?.isGenuine === true && claim.vsys === orphan.vsys && claim.part === vm.other_config[TAG.part])
      await removeDisk(pool, disk, { ...orphan, uuid: pool.cache.find('VDI', disk)?.uuid ?? '' }, signal);
  }
}

async function removeDisk(
  pool: PoolAccess,
  ref: Ref<'VDI'>,
  orphan: Orphan,
  signal: AbortSignal,
): Promise<void> {
  const vdi = decodeRecord('VDI', await pool.connection.request('VDI.get_record', [ref], { signal }));
  requireOurs(vdi, orphan);
  if (vdi.VBDs.length > 0)
    throw inUse(orphan, 'It is attached to a VM.', 'Detach it, or remove that VM first.');
  await unlessGone(pool.calls.task('VDI.destroy', [ref], { signal }));
  pool.cache.removed('VDI', ref);
}

async function removeNetwork(
  pool: PoolAccess,
  ref: Ref<'network'>,
  orphan: Orphan,
  signal: AbortSignal,
): Promise<void> {
  const network = decodeRecord(
    'network',
    await pool.connection.request('network.get_record', [ref], { signal }),
  );
  requireOurs({ ...network, other_config: { [TAG.self]: network.uuid, ...network.other_config } }, orphan);
  if (network.VIFs.length > 0)
    throw inUse(orphan, 'Network cards are connected to it.', 'Remove their VMs first.');
  for (const { ref: pif, record } of pool.cache.referring('PIF', 'network', ref)) {
    if (!(await removeInterface(record, pool, signal)))
      throw inUse(orphan, 'It is the network of a physical interface.', 'Leave it.');
    pool.cache.removed('PIF', pif);
  }
  await unlessGone(pool.calls.call('network.destroy', [ref], signal));
  pool.cache.removed('network', ref);
}

/** A tag that was inherited by a copy, or that says another system, proves nothing. */
function requireOurs(
  record: { readonly uuid: string; readonly other_config: Readonly<Record<string, string>> },
  orphan: Orphan,
): void {
  const claim = claimOf(record.other_config, record.uuid);
  if (
    claim?.isGenuine === true &&
    claim.vsys === orphan.vsys &&
    record.other_config[TAG.self] === record.uuid
  )
    return;
  throw new DomainError('conflict', `${orphan.uuid} does not prove to be ours, so it is not touched.`, {
    retry: 'never',
    remedy: 'Whoever made it may remove it in the pool.',
  });
}

const inUse = (orphan: Orphan, why: string, remedy: string): DomainError =>
  new DomainError('conflict', `${orphan.uuid} is not removed: ${why}`, { remedy });
