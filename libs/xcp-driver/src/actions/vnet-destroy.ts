/**
 * Takes a segment away: what carries it on each host, then the network. One that servers are using is left whole, because
 * pools take interfaces from under them.
 */
import { DomainError } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
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

/** The VLAN or tunnel behind an interface, which goes with it. False: a physical one, which is nobody's to remove. */
export async function removeInterface(
  { VLAN_master_of: vlan, tunnel_access_PIF_of: [tunnel] }: Cached<'PIF'>,
  { calls }: PoolAccess,
  signal: AbortSignal,
): Promise<boolean> {
  if (vlan !== null) await unlessGone(calls.call('VLAN.destroy', [vlan], signal));
  else if (tunnel !== undefined) await unlessGone(calls.call('tunnel.destroy', [tunnel], signal));
  else return false;
  return true;
}

/** Throws `conflict` while running servers are connected to it. */
export async function removeNetwork(
  network: Ref<'network'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { cache, calls } = pool;
  await requireUnused(network, pool, signal);
  await Promise.all(
    cache.referring('PIF', 'network', network).map(async ({ ref, record }) => {
      if (await removeInterface(record, pool, signal)) cache.removed('PIF', ref);
    }),
  );
  await unlessGone(calls.call('network.destroy', [network], signal));
  cache.removed('network', network);
}

export const vnetDestroy: ActionHandler<'vnet.destroy'> = {
  methods: ['VLAN.destroy', 'tunnel.destroy', 'network.destroy'],
  isDone: ({ part }, pool) => findNetwork(pool.cache, part) === undefined,
  perform: async ({ part }, pool, { signal }) => {
    const network = findNetwork(pool.cache, part);
    if (network !== undefined) await removeNetwork(network.ref, pool, signal);
  },
};
