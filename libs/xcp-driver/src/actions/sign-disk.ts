/** Writes a disk's own uuid into its tags, by which it is told from copies. */
import type { Ref } from '../generated/records.js';
import { TAG } from '../ownership-tags.js';
import type { PoolAccess } from './pool-access.js';

export async function sign(
  { ref, uuid }: { readonly ref: Ref<'VDI'>; readonly uuid: string },
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const config = cache.find('VDI', ref)?.other_config ?? {};
  if (config[TAG.self] === uuid) return;
  const signed = { ...config, [TAG.self]: uuid };
  // Adding is the smaller write, but refused when a copy brought the original's signature along.
  if (config[TAG.self] === undefined)
    await calls.call('VDI.add_to_other_config', [ref, TAG.self, uuid], signal);
  else await calls.call('VDI.set_other_config', [ref, signed], signal);
  cache.wrote('VDI', ref, { other_config: signed });
}
