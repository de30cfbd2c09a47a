/**
 * What carries a VNet in the pool, and where it is missing. A tag on the network says which kind it was made as, because a
 * private network and one whose VLAN is not made yet look the same.
 *
 *   vlan     a VLAN interface on every live host of the trunk            (`vnet-trunk.ts`)
 *   private  no interface at all
 *   tunnel   an access interface on every live host (XenAPI tunnel.create), on top of the host's management interface: a
 *            transport interface needs an address, and that is the one which always has
 */
import type { ObservedNet, UntaggedKind, VNetCarrier, VNetId } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { TAG } from '../ownership-tags.js';
import { isLiveHost, vlanOf } from './vnet-trunk.js';

/** Ethernet's; XenAPI network.MTU of a network that was made without one. */
const USUAL_MTU = 1500;

/** Undefined: a VLAN. */
export function taggedKind(network: Pick<Cached<'network'>, 'other_config'>): UntaggedKind | undefined {
  const kind = network.other_config[TAG.netKind];
  return kind === 'private' || kind === 'tunnel' ? kind : undefined;
}

const isAccess = (pif: Cached<'PIF'>): boolean => pif.tunnel_access_PIF_of.length > 0;

/** Interfaces of the network that cannot be part of what carries it. */
export function listStrangers(
  cache: PoolCache,
  { ref, record }: Located<'network'>,
  { vlan }: VNetCarrier,
): readonly Located<'PIF'>[] {
  const kind = taggedKind(record);
  return cache.referring('PIF', 'network', ref).filter(({ record: pif }) => {
    if (kind === 'private') return true;
    return kind === 'tunnel' ? !isAccess(pif) : pif.VLAN !== vlan;
  });
}

/** Interfaces on which tunnels of the network are missing, one a live host. */
export function listMissingTransports(cache: PoolCache, network: string): readonly Located<'PIF'>[] {
  const served = new Set(cache.referring('PIF', 'network', network).map(({ record }) => record.host));
  return [...cache.all('host')]
    .filter(([host]) => isLiveHost(cache, host) && !served.has(host as Cached<'PIF'>['host']))
    .flatMap(([host]) =>
      cache.referring('PIF', 'host', host).filter(({ record }) => record.management && !isAccess(record)),
    );
}

function carrierOf(
  cache: PoolCache,
  network: Located<'network'>,
  vlanDevice: string | undefined,
): VNetCarrier {
  const kind = taggedKind(network.record);
  if (kind === undefined) return { vlan: vlanOf(cache, network.ref, vlanDevice) };
  const isWhole =
    listStrangers(cache, network, { vlan: null }).length === 0 &&
    (kind === 'private' || listMissingTransports(cache, network.ref).length === 0);
  return isWhole ? { vlan: null, kind } : { vlan: null };
}

export function observeNet(
  cache: PoolCache,
  id: VNetId,
  network: Located<'network'>,
  vlanDevice: string | undefined,
): ObservedNet {
  const { MTU } = network.record;
  return {
    id,
    ...carrierOf(cache, network, vlanDevice),
    ...(MTU > 0 && MTU !== USUAL_MTU ? { mtu: MTU } : {}),
  };
}
