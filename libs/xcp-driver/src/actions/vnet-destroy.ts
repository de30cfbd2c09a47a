/**
 * Takes a segment away: its VLAN interface on each host, then the network. One that servers are using is left whole, because
 * pools take interfaces from under them.
 */
import { DomainError } from '@openvsys/vsys';
import type { Ref } from '../generated/records.js';
import { findNetwork } from './find-parts.js';
import type { ActionHandler } from './action-handler.js';
import type { PoolAccess } from './pool-access.js';
import { unlessGone } from './unless-gone.js';

/** NICs that went with their server may be told late, so the pool is heard to the end before anything is refused. */
async function requireUnused(
  network: Ref<'network'>,
  { cache, feed }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  // Those of servers at rest and of snapshots go with the network (XenAPI network.destroy).
  const count = (): number =>
    cache.referring('VIF', 'network', network).filter(({ record }) => record.currently_attached).length;
  if (count() === 0) return;
  await feed.barrier(signal);
  if (count() === 0) return;
  throw new DomainError('conflict', 'Running servers are still connected to the network.', {
    retry: 'after-change',
    remedy: 'Stop the servers that somebody else connected to it, or unplug their network cards.',
    details: { networkCards: count() },
  });
}

export const vnetDestroy: ActionHandler<'vnet.destroy'> = {
  methods: ['VLAN.destroy', 'network.destroy'],
  isDone: ({ part }, pool) => findNetwork(pool.cache, part) === undefined,
  perform: async ({ part }, pool, { signal }) => {
    const { cache, calls } = pool;
    const network = findNetwork(cache, part);
    if (network === undefined) return;
    await requireUnused(network.ref, pool, signal);
    const interfaces = cache.referring('PIF', 'network', network.ref);
    await Promise.all(
      interfaces.map(async ({ ref, record: { VLAN_master_of: vlan } }) => {
        if (vlan === null) return;
        await unlessGone(calls.call('VLAN.destroy', [vlan], signal));
        cache.removed('PIF', ref);
      }),
    );
    await unlessGone(calls.call('network.destroy', [network.ref], signal));
    cache.removed('network', network.ref);
  },
};
