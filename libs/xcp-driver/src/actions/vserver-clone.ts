/**
 * A VM from a template (XenAPI VM.clone, or VM.copy to another storage). The clone appears in the pool only when it is complete and has just its name,
 * so until it is configured the name, which is the server's id, says whose it is.
 */
import type { VServerClone } from '@openvsys/vsys';
import { claimOf } from '../ownership-tags.js';
import type { Located } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import type { ActionHandler } from './action-handler.js';
import { findVm, listUnclaimedDisks, listVms } from './find-parts.js';
import { disksOf, getImage } from './images.js';
import { getSr } from './vdisk-create.js';
import { removeInheritedVifs } from './inherited-vifs.js';
import { loadedVm } from './loaded-vm.js';
import type { PoolAccess } from './pool-access.js';
import { unlessGone } from './unless-gone.js';

/** A clone shares blocks with its image and takes a second; a copy to another storage takes as long as its size needs. */
async function makeVm(
  { part, sr }: VServerClone,
  image: Located<'VM'>,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<Ref<'VM'>> {
  const target = sr === undefined ? undefined : getSr(cache, sr);
  const isThere = disksOf(cache, image.ref).every(({ record }) => record.SR === target);
  if (target === undefined || isThere) return calls.task('VM.clone', [image.ref, part], { signal });
  return calls.task('VM.copy', [image.ref, part, target], { signal });
}

async function clone(
  action: VServerClone,
  image: Located<'VM'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Ref<'VM'>> {
  const ref = await makeVm(action, image, pool, signal);
  const { memory_static_max, VCPUs_max, VCPUs_at_startup, xenstore_data } = image.record;
  pool.cache.wrote('VM', ref, {
    name_label: action.part,
    is_a_template: true,
    power_state: 'Halted',
    memory_static_max,
    VCPUs_max,
    VCPUs_at_startup,
    xenstore_data,
  });
  return ref;
}

/** Worth of a VM among twins: what has been done to it since the clone. */
const worth = ({ cache }: PoolAccess, { ref, record }: Located<'VM'>): number =>
  (record.is_a_template ? 0 : 100) +
  cache
    .referring('VIF', 'VM', ref)
    .filter((vif) => claimOf(vif.record.other_config, vif.record.uuid) !== undefined).length +
  cache
    .referring('VBD', 'VM', ref)
    .filter((vbd) => claimOf(vbd.record.other_config, vbd.record.uuid) !== undefined).length;

export const vserverClone: ActionHandler<'vserver.clone'> = {
  methods: ['VM.clone', 'VM.copy'],
  isDone: ({ part }, pool) => findVm(pool.cache, part) !== undefined,
  perform: async (action, pool, { signal }) => {
    const { part } = action;
    const template = getImage(pool.cache, action.image, action.sr);
    if (findVm(pool.cache, part) === undefined) await clone(action, template, pool, signal);
    const bringsVifs = pool.cache.referring('VIF', 'VM', template.ref).length > 0;
    if (bringsVifs) await removeInheritedVifs(await loadedVm(part, pool, signal), part, pool, signal);
  },
  // Templates cannot be started, so what still is one never ran.
  removeTwins: async ({ part }, pool, { signal }) => {
    const found = listVms(pool.cache, part).toSorted(
      (a, b) => worth(pool, b) - worth(pool, a) || (a.record.uuid < b.record.uuid ? -1 : 1),
    );
    for (const twin of found.slice(1)) {
      if (worth(pool, twin) > 0) return `Two VMs, both worked on, claim to be ${part}.`;
      const disks = listUnclaimedDisks(pool.cache, twin.ref);
      await unlessGone(pool.calls.call('VM.destroy', [twin.ref], signal));
      pool.cache.removed('VM', twin.ref);
      for (const { ref } of disks) {
        await unlessGone(pool.calls.task('VDI.destroy', [ref], { signal }));
        pool.cache.removed('VDI', ref);
      }
    }
    return undefined;
  },
};
