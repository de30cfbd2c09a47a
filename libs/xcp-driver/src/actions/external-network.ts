/**
 * The pool's way out: the network that an administrator marked, else the one that the coordinator is managed on. It is
 * the pool's, not ours: never made, changed or removed.
 */
import { DomainError, isVNet, type NetRef } from '@openvsys/vsys';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { getNetwork } from './find-parts.js';

const EXTERNAL_TAG = 'openvsys-external';

function findManagementNetwork(cache: PoolCache): Located<'network'> | undefined {
  const [pool] = cache.all('pool');
  const master = pool?.[1].master;
  if (master === undefined || master === null) return undefined;
  const ref = cache.referring('PIF', 'host', master).find(({ record }) => record.management)?.record.network;
  const record = cache.find('network', ref ?? null);
  return ref === undefined || ref === null || record === undefined ? undefined : { ref, record };
}

/** Of several marked ones the one with the smallest uuid, so that every look finds the same. */
export function findExternalNetwork(cache: PoolCache): Located<'network'> | undefined {
  let found: Located<'network'> | undefined;
  for (const [ref, record] of cache.all('network')) {
    if (record.other_config[EXTERNAL_TAG] !== 'true') continue;
    if (found === undefined || record.uuid < found.record.uuid)
      found = { ref: ref as Ref<'network'>, record };
  }
  return found ?? findManagementNetwork(cache);
}

/** Throws `pool-refused` when the pool has no external network, `pool-busy` when the VNet is not there (any more). */
export function getNetworkOf(cache: PoolCache, net: NetRef): Located<'network'> {
  if (isVNet(net)) return getNetwork(cache, net);
  const external = findExternalNetwork(cache);
  if (external !== undefined) return external;
  throw new DomainError('pool-refused', 'The pool has no external network.', {
    remedy: `Set other_config:${EXTERNAL_TAG}=true on the network that leads outside.`,
  });
}
