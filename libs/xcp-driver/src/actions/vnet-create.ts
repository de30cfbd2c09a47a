/**
 * A segment: one network, and on the hosts what carries it (`vnet-carrier.ts`). VLANs come by XenAPI
 * pool.create_VLAN_from_PIF, which undoes itself on an error; hosts that joined later get theirs one by one, as tunnels always do.
 */
import { DomainError, mtuOf, vsysOfPart, type ObservedNet, type VNetCreate } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import { TAG, tagsOf } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { findNetwork, listNetworks } from './find-parts.js';
import { seen, type PoolAccess } from './pool-access.js';
import { listMissingTransports, listStrangers, observeNet, taggedKind } from './vnet-carrier.js';
import { removeNetwork } from './vnet-destroy.js';
import { getTrunk, listMissingTrunks } from './vnet-trunk.js';

async function createNetwork(
  { part, net }: VNetCreate,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Located<'network'>> {
  const view = {
    name_label: part,
    MTU: mtuOf(net),
    other_config: {
      ...tagsOf(vsysOfPart(part), part),
      ...(net.kind === undefined ? {} : { [TAG.netKind]: net.kind }),
    },
  };
  const ref = await pool.calls.call('network.create', [{ ...view, name_description: net.name }], signal);
  pool.cache.wrote('network', ref, view);
  return { ref, record: { uuid: '', ...view } };
}

/** The network of the part, made when there is none; one of another kind that was begun before gives way. */
async function ensureNetwork(
  action: VNetCreate,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Located<'network'>> {
  const existing = findNetwork(pool.cache, action.part);
  if (existing === undefined) return createNetwork(action, pool, signal);
  if (taggedKind(existing.record) === action.net.kind) return existing;
  await removeNetwork(existing.ref, pool, signal);
  return createNetwork(action, pool, signal);
}

function requireNoStrangers({ net }: VNetCreate, network: Located<'network'>, pool: PoolAccess): void {
  if (listStrangers(pool.cache, network, net).length === 0) return;
  const wanted = net.kind === undefined ? `another VLAN than ${net.vlan}` : 'interfaces that are not ours';
  throw new DomainError('conflict', `The network of ${net.id} in the pool has ${wanted}.`, {
    remedy: 'Remove the wrong interface from the network in the pool.',
  });
}

async function createVlans(
  vlan: number,
  { ref: network }: Located<'network'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { cache, calls, vlanDevice } = pool;
  const trunk = getTrunk(cache, vlanDevice);
  if (cache.referring('PIF', 'network', network).length === 0) {
    await calls.call('pool.create_VLAN_from_PIF', [trunk.ref, network, vlan], signal);
    return;
  }
  for (const { ref } of listMissingTrunks(cache, network, vlanDevice)) {
    await calls.call('VLAN.create', [ref, vlan, network], signal);
  }
}

async function createTunnels(
  { ref: network }: Located<'network'>,
  { cache, calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  for (const { ref } of listMissingTransports(cache, network)) {
    await calls.call('tunnel.create', [ref, network, 'gre'], signal);
  }
}

/** Takes effect on a host when the next network card of the segment is plugged there (XenAPI network.set_MTU). */
async function setMtu(
  { net }: VNetCreate,
  { ref, record }: Located<'network'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  if (record.MTU === mtuOf(net)) return;
  await pool.calls.call('network.set_MTU', [ref, mtuOf(net)], signal);
  pool.cache.wrote('network', ref, { MTU: mtuOf(net) });
}

function isReady(action: VNetCreate, pool: PoolAccess): boolean {
  const { part, net } = action;
  const network = findNetwork(pool.cache, part);
  if (network === undefined) return false;
  const there: ObservedNet = observeNet(pool.cache, part, network, pool.vlanDevice);
  return there.vlan === net.vlan && there.kind === net.kind && mtuOf(there) === mtuOf(net);
}

/** How much hangs on a network. */
const usesOf = (pool: PoolAccess, { ref }: Located<'network'>): number =>
  pool.cache.referring('PIF', 'network', ref).length + pool.cache.referring('VIF', 'network', ref).length;

export const vnetCreate: ActionHandler<'vnet.create'> = {
  methods: ['network.create', 'pool.create_VLAN_from_PIF', 'VLAN.create', 'tunnel.create'],
  isDone: isReady,
  perform: async (action, pool, { signal }) => {
    if (isReady(action, pool)) return;
    const network = await ensureNetwork(action, pool, signal);
    requireNoStrangers(action, network, pool);
    await setMtu(action, network, pool, signal);
    const { vlan, kind } = action.net;
    if (kind === 'tunnel') await createTunnels(network, pool, signal);
    else if (vlan !== null && !isReady(action, pool)) await createVlans(vlan, network, pool, signal);
    await seen(pool, () => (isReady(action, pool) ? true : undefined), [], signal);
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
