/**
 * Removes a halted VM and its own disks. Data disks stay. The disks are claimed first, so that what is left after a
 * crash in the middle is found by its tags (stage `remains`).
 */
import { DomainError, type VServerId } from '@openvsys/vsys';
import type { ActionHandler } from './action-handler.js';
import { findVm, listReplacements, listOwnDisks } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';
import { loadedVm } from './loaded-vm.js';
import { sign } from './sign-disk.js';
import { unlessGone } from './unless-gone.js';
import { claimDisks } from './claim-disks.js';
import { destroyVdi } from './destroy-vdi.js';

async function destroyVm(server: VServerId, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  const vm = findVm(pool.cache, server);
  if (vm === undefined) return;
  if (vm.record.power_state !== 'Halted') {
    throw new DomainError('pool-busy', `${server} is not halted, so it is not destroyed.`, { retry: 'same' });
  }
  if (vm.record.is_a_template) await claimDisks(await loadedVm(server, pool, signal), server, pool, signal);
  for (const { ref, record } of listReplacements(pool.cache, server))
    await sign({ ref, uuid: record.uuid }, pool, signal);
  const attached = [
    ...pool.cache.referring('VBD', 'VM', vm.ref).map(({ ref }) => ['VBD', ref] as const),
    ...pool.cache.referring('VIF', 'VM', vm.ref).map(({ ref }) => ['VIF', ref] as const),
  ];
  await unlessGone(pool.calls.call('VM.destroy', [vm.ref], signal));
  for (const [cls, ref] of attached) pool.cache.removed(cls, ref);
  pool.cache.removed('VM', vm.ref);
}

export const vserverDestroy: ActionHandler<'vserver.destroy'> = {
  methods: ['VM.destroy', 'VDI.destroy'],
  isDone: ({ part }, { cache }) =>
    findVm(cache, part) === undefined && listOwnDisks(cache, part).length === 0,
  perform: async ({ part }, pool, { signal }) => {
    await destroyVm(part, pool, signal);
    await Promise.all(listOwnDisks(pool.cache, part).map(async ({ ref }) => destroyVdi(ref, pool, signal)));
  },
};
