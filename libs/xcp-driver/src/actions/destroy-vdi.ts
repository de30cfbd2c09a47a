/**
 * Destroys a disk of ours. The control domain may still hold it, left there by an import or copy that was cut off (XenAPI VDI.destroy
 * answers VDI_IN_USE): what hangs it there is taken away, once, and the disk is destroyed.
 */
import type { Located } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { XenApiError } from '../transport/transport.js';
import type { PoolAccess } from './pool-access.js';
import { unlessGone } from './unless-gone.js';

const isInUse = (error: unknown): boolean => error instanceof XenApiError && error.code === 'VDI_IN_USE';

/** Devices of control domains that have the disk and that nobody is working with. */
const listHolds = (vdi: Ref<'VDI'>, { cache }: PoolAccess): readonly Located<'VBD'>[] =>
  cache
    .referring('VBD', 'VDI', vdi)
    .filter(({ record }) => cache.find('VM', record.VM)?.is_control_domain === true);

async function release(
  vbd: Located<'VBD'>,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  await unlessGone(calls.task('VBD.unplug', [vbd.ref], { signal }));
  // xapi removes some of these devices itself once they are unplugged.
  await unlessGone(calls.call('VBD.destroy', [vbd.ref], signal));
  cache.removed('VBD', vbd.ref);
}

/** Resolves when it is gone already. */
export async function destroyVdi(vdi: Ref<'VDI'>, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  const destroy = async (): Promise<void> => unlessGone(pool.calls.task('VDI.destroy', [vdi], { signal }));
  try {
    await destroy();
  } catch (error) {
    if (!isInUse(error)) throw error;
    await pool.feed.barrier(signal);
    const holds = listHolds(vdi, pool);
    if (holds.length === 0) throw error;
    for (const vbd of holds) await release(vbd, pool, signal);
    await destroy();
  }
  pool.cache.removed('VDI', vdi);
}
