/**
 * Takes a segment away: what carries it on each host, then the network. One that servers are using is left whole, because
 * pools take interfaces from under them.
 */
import { DomainError } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { findNetwork } from './find-parts.js';
import type { ActionHandler } from './action-handler.js';
import type { PoolAccess } from './pool-access.js';
import { unlessGone } from './unless-gone.js';

const CONNECTED = 'Running servers are still connected to the network.';
const KEPT = 'Snapshots with memory need the network as it is.';

/** NICs that went with their server may be told late, so the pool is heard to the end before anything is refused. */
async function requireUnused(
  network: Ref<'network'>,
  { cache, feed }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  // Those of halted servers and of snapshots without memory go with the network (XenAPI network.destroy).
  const connected = (): readonly Located<'VIF'>[] =>
    cache.referring('VIF', 'network', network).filter(({ record }) => record.currently_attached);
  if (connected().length === 0) return;
  await feed.barrier(signal);
  const left = connected();
  if (left.length === 0) return;
  const isKept = left.every(
    ({ record: { VM } }) => VM !== null && cache.find('VM', VM)?.is_a_snapshot === true,
  );
  throw new DomainError('conflict', isKept ? KEPT : CONNECTED, {
    retry: 'after-change',
    remedy: isKept
      ? 'Delete the snapshots with memory that were taken while servers were connected to it, then change the network.'
      : 'Stop the servers that somebody else connected to it, or unplug their network cards.',
    details: { networkCards: left.length },
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
