/** Makes the disks that came with a clone provably the server's own. */
import { vsysOfPart, type VServerId } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import { SYSTEM_DISK_ROLE, TAG, tagsOf } from '../ownership-tags.js';
import { listUnclaimedDisks } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';

/** The disks that came with the clone become the server's own, so that they can be found when the VM is gone. */
export async function claimDisks(
  vm: Located<'VM'>,
  part: VServerId,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    listUnclaimedDisks(pool.cache, vm.ref).map(async ({ ref, record }) => {
      const config = {
        ...record.other_config,
        ...tagsOf(vsysOfPart(part), part),
        [TAG.self]: record.uuid,
        [TAG.role]: SYSTEM_DISK_ROLE,
      };
      await pool.calls.call('VDI.set_other_config', [ref, config], signal);
      pool.cache.wrote('VDI', ref, { other_config: config });
    }),
  );
}
