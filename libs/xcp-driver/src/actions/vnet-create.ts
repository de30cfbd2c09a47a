/**
 * A segment: one network and one VLAN interface a host (XenAPI pool.create_VLAN_from_PIF, which undoes itself on an error;
 * hosts that joined later get theirs one by one).
 */
import { DomainError, vsysOfPart, type VNetCreate } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { tagsOf } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { findNetwork, listNetworks } from './find-parts.js';
import { seen, type PoolAccess } from './pool-access.js';
import { getTrunk, listMissingTrunks, vlanOf } from './vnet-trunk.js';

async function createNetwork(
  { part, net }: VNetCreate,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Ref<'network'>> {
  const record = {
    name_label: part,
    name_description: net.name,
    other_config: tagsOf(vsysOfPart(part), part),
  };
  const ref = await pool.calls.call('network.create', [record], signal);
  pool.cache.wrote('network', ref, { name_label: part, other_config: record.other_config });
  return ref;
}

async function createVlans(
  { net }: VNetCreate,
  network: Ref<'network'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { cache, calls, vlanDevice } = pool;
  const existing = cache.referring('PIF', 'network', network);
  if (existing.some(({ record }) => record.VLAN !== net.vlan)) {
    throw new DomainError(
      'conflict',
      `The network of ${net.id} in the pool has another VLAN than ${net.vlan}.`,
      {
        remedy: 'Remove the wrong VLAN from the network in the pool.',
      },
    );
  }
  const trunk = getTrunk(cache, vlanDevice);
  if (existing.length === 0) {
    await calls.call('pool.create_VLAN_from_PIF', [trunk.ref, network, net.vlan], signal);
    return;
  }
  for (const { ref } of listMissingTrunks(cache, network, vlanDevice)) {
    await calls.call('VLAN.create', [ref, net.vlan, network], signal);
  }
}

const isReady = (pool: PoolAccess, network: string, vlan: number): boolean =>
  vlanOf(pool.cache, network, pool.vlanDevice) === vlan;

/** How much hangs on a network. */
const usesOf = (pool: PoolAccess, { ref }: Located<'network'>): number =>
  pool.cache.referring('PIF', 'network', ref).length + pool.cache.referring('VIF', 'network', ref).length;

export const vnetCreate: ActionHandler<'vnet.create'> = {
  methods: ['network.create', 'pool.create_VLAN_from_PIF', 'VLAN.create'],
  isDone: ({ part, net }, pool) => {
    const network = findNetwork(pool.cache, part);
    return network !== undefined && isReady(pool, network.ref, net.vlan);
  },
  perform: async (action, pool, { signal }) => {
    const { part, net } = action;
    const network = findNetwork(pool.cache, part)?.ref ?? (await createNetwork(action, pool, signal));
    if (isReady(pool, network, net.vlan)) return;
    await createVlans(action, network, pool, signal);
    await seen(pool, () => (isReady(pool, network, net.vlan) ? true : undefined), [], signal);
  },
  removeTwins: async ({ part }, pool, { signal }) => {
    const found = listNetworks(pool.cache, part).toSorted((a, b) => usesOf(pool, b) - usesOf(pool, a));
    for (const twin of found.slice(1)) {
      if (usesOf(pool, twin) > 0) return `Two networks, both in use, claim to be ${part}.`;
      await pool.calls.call('network.destroy', [twin.ref], signal);
      pool.cache.removed('network', twin.ref);
    }
    return undefined;
  },
};
