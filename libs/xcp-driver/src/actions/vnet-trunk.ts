/**
 * On which physical interfaces the VLANs of the segments run, and on which hosts a segment is missing. A segment is
 * ready when every live host that is on the trunk has it.
 */
import { DomainError } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located, PoolCache } from '../cache/pool-cache.js';

/** XenAPI PIF.VLAN of an interface that is no VLAN. */
const UNTAGGED = -1;

const isTrunk = (pif: Cached<'PIF'>): boolean =>
  pif.VLAN === UNTAGGED && (pif.physical || pif.bond_master_of.length > 0) && pif.bond_slave_of === null;

/** A configured device, else one that carries no management traffic, else the management one; bonds before single NICs. */
function rank(pif: Cached<'PIF'>): number {
  return (
    (pif.currently_attached ? 0 : 4) + (pif.management ? 2 : 0) + (pif.bond_master_of.length > 0 ? 0 : 1)
  );
}

const byRank = (a: Located<'PIF'>, b: Located<'PIF'>): number =>
  rank(a.record) - rank(b.record) || (a.record.device < b.record.device ? -1 : 1);

/** The coordinator's trunk interface; undefined when it has none (yet). */
export function findTrunk(cache: PoolCache, device: string | undefined): Located<'PIF'> | undefined {
  const [pool] = cache.all('pool');
  const master = pool?.[1].master;
  if (master === undefined || master === null) return undefined;
  return cache
    .referring('PIF', 'host', master)
    .filter(({ record }) => isTrunk(record) && (device === undefined || record.device === device))
    .toSorted(byRank)[0];
}

/** Throws `pool-refused` when the pool has no interface that may carry VLANs. */
export function getTrunk(cache: PoolCache, device: string | undefined): Located<'PIF'> {
  const trunk = findTrunk(cache, device);
  if (trunk !== undefined) return trunk;
  throw new DomainError('pool-refused', 'The pool has no interface on which VLANs can be made.', {
    remedy:
      device === undefined
        ? 'Give the hosts a physical interface.'
        : `Check that the hosts have the interface ${device}.`,
  });
}

export const isLiveHost = (cache: PoolCache, host: string | null): boolean =>
  cache.find('host_metrics', cache.find('host', host)?.metrics ?? null)?.live === true;

/** Trunk interfaces of live hosts that do not carry the segment. */
export function listMissingTrunks(
  cache: PoolCache,
  network: string,
  device: string | undefined,
): readonly Located<'PIF'>[] {
  const trunk = findTrunk(cache, device);
  if (trunk === undefined || trunk.record.network === null) return [];
  const served = new Set(cache.referring('PIF', 'network', network).map(({ record }) => record.host));
  return cache
    .referring('PIF', 'network', trunk.record.network)
    .filter(({ record }) => isLiveHost(cache, record.host) && !served.has(record.host));
}

/** The tag of the segment when it is ready, else null. */
export function vlanOf(cache: PoolCache, network: string, device: string | undefined): number | null {
  const [first, ...others] = cache.referring('PIF', 'network', network);
  if (first === undefined || first.record.VLAN < 0) return null;
  if (others.some(({ record }) => record.VLAN !== first.record.VLAN)) return null;
  return listMissingTrunks(cache, network, device).length === 0 ? first.record.VLAN : null;
}
