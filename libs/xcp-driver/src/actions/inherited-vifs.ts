/**
 * VIFs that a template brings along would be NICs that nobody asked for, with any address they like, on the devices of
 * those that were asked for. They are removed right after the clone, or by whoever comes next when that was interrupted.
 */
import type { VServerId } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import { claimOf } from '../ownership-tags.js';
import type { PoolAccess } from './pool-access.js';
import { unlessGone } from './unless-gone.js';

/** Does nothing to a configured VM: there, a VIF without our tags is somebody's decision. */
export async function removeInheritedVifs(
  { ref: vm, record: { is_a_template: isFresh } }: Located<'VM'>,
  server: VServerId,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  if (!isFresh) return;
  const inherited = cache.referring('VIF', 'VM', vm).filter(({ record }) => {
    const claim = claimOf(record.other_config, record.uuid);
    return claim?.part.startsWith(`${server}-`) !== true;
  });
  await Promise.all(
    inherited.map(async ({ ref }) => {
      await unlessGone(calls.call('VIF.destroy', [ref], signal));
      cache.removed('VIF', ref);
    }),
  );
}
