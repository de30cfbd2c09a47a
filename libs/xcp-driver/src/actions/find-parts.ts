/** The pool objects that a part is, from the cache. `find` may answer undefined, `get` throws. */
import {
  DomainError,
  vsysOfPart,
  type PartId,
  type VDiskId,
  type VNetId,
  type VServerId,
} from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { claimOf, diskClaim, isServersOwn, isSystemDisk, serverOf, TAG } from '../ownership-tags.js';

/** Two objects claim one part: nobody but a person may choose. */
const twins = (part: PartId, count: number): DomainError =>
  new DomainError('conflict', `${count} objects in the pool claim to be ${part}.`, {
    remedy: 'Look which of them is the right one and remove the tags or the object of the other.',
  });

/** The pool and the plan differ: the loop observes again and decides anew. */
const missing = (part: PartId): DomainError =>
  new DomainError('pool-busy', `${part} is not in the pool any more.`, { retry: 'same' });

function only<T>(part: PartId, found: readonly T[]): T | undefined {
  if (found.length > 1) throw twins(part, found.length);
  return found[0];
}

export const listVms = (cache: PoolCache, server: VServerId): readonly Located<'VM'>[] =>
  cache.owned(vsysOfPart(server), 'VM').filter(({ record }) => serverOf(record) === server);

/** Throws `conflict` when two VMs claim to be the server. */
export const findVm = (cache: PoolCache, server: VServerId): Located<'VM'> | undefined =>
  only(server, listVms(cache, server));

export function getVm(cache: PoolCache, server: VServerId): Located<'VM'> {
  const vm = findVm(cache, server);
  if (vm === undefined) throw missing(server);
  return vm;
}

export const listNetworks = (cache: PoolCache, net: VNetId): readonly Located<'network'>[] =>
  cache.owned(vsysOfPart(net), 'network').filter(({ record }) => record.other_config[TAG.part] === net);

export const findNetwork = (cache: PoolCache, net: VNetId): Located<'network'> | undefined =>
  only(net, listNetworks(cache, net));

export function getNetwork(cache: PoolCache, net: VNetId): Located<'network'> {
  const network = findNetwork(cache, net);
  if (network === undefined) throw missing(net);
  return network;
}

export const listDisks = (cache: PoolCache, disk: VDiskId): readonly Located<'VDI'>[] =>
  cache.owned(vsysOfPart(disk), 'VDI').filter(({ record }) => {
    const claim = diskClaim(record);
    return claim?.isGenuine === true && claim.part === disk;
  });

export const findDisk = (cache: PoolCache, disk: VDiskId): Located<'VDI'> | undefined =>
  only(disk, listDisks(cache, disk));

export function getDisk(cache: PoolCache, disk: VDiskId): Located<'VDI'> {
  const vdi = findDisk(cache, disk);
  if (vdi === undefined) throw missing(disk);
  return vdi;
}

/**
 * The disks that took the place of the part's own: reverting a VM to a snapshot replaces its disks by copies (XenAPI
 * VM.revert). A copy counts when it hangs where the part belongs: a system disk on its server, a data disk on a server of
 * its system. Copies elsewhere are somebody else's.
 */
export const listReplacements = (cache: PoolCache, part: VDiskId | VServerId): readonly Located<'VDI'>[] =>
  cache.owned(vsysOfPart(part), 'VDI').filter(({ ref, record }) => {
    const claim = diskClaim(record);
    if (claim?.part !== part || claim.isGenuine) return false;
    return cache.referring('VBD', 'VDI', ref).some(({ record: { VM } }) => {
      const vm = cache.find('VM', VM);
      const server = vm === undefined ? undefined : serverOf(vm);
      if (server === undefined) return false;
      return isSystemDisk(record) ? server === part : vsysOfPart(server) === vsysOfPart(part);
    });
  });

/** The server's own disks, its config drive among them, whether or not its VM still exists. */
export const listOwnDisks = (cache: PoolCache, server: VServerId): readonly Located<'VDI'>[] =>
  cache.owned(vsysOfPart(server), 'VDI').filter(({ record }) => {
    const claim = diskClaim(record);
    return claim?.isGenuine === true && claim.part === server && isServersOwn(record);
  });

/** A data disk is ours from its constructor on, also when the maker died before signing it. */
const isClaimed = (vdi: Cached<'VDI'>): boolean =>
  diskClaim(vdi)?.isGenuine === true && (vdi.other_config[TAG.self] !== undefined || !isSystemDisk(vdi));

/** Disks on the VM that nobody has claimed: right after the clone, those that came with it. */
export const listUnclaimedDisks = (cache: PoolCache, vm: string): readonly Located<'VDI'>[] =>
  cache.referring('VBD', 'VM', vm).flatMap(({ record: { type, VDI } }) => {
    const vdi = type === 'Disk' ? cache.find('VDI', VDI) : undefined;
    if (vdi === undefined || VDI === null || isClaimed(vdi)) return [];
    return [{ ref: VDI, record: vdi }];
  });

/** The VIF that is the NIC; tags that came with a template name another server and do not count. */
export const findVif = (cache: PoolCache, vm: string, nic: string): Located<'VIF'> | undefined =>
  cache
    .referring('VIF', 'VM', vm)
    .find(({ record }) => claimOf(record.other_config, record.uuid)?.part === nic);

export const isPlugged = (vm: Cached<'VM'>): boolean => vm.power_state === 'Running';
