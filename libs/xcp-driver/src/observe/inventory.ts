/** Everything in the pool that carries our tags or a name of ours: for reports of orphans and drift. */
import type { OwnedObject } from '@openvsys/vsys';
import type { Cached, CachedClass } from '../cache/cached-classes.js';
import type { PoolCache } from '../cache/pool-cache.js';
import { claimOf, diskClaim, serverOf, vsysOfServer, type Claim } from '../ownership-tags.js';

type Tagged = OwnedObject['class'];

function claimOfVm(vm: Cached<'VM'>): Claim | undefined {
  const server = serverOf(vm);
  if (server !== undefined) return { vsys: vsysOfServer(server), part: server, isGenuine: true };
  const claim = claimOf(vm.other_config, vm.uuid);
  return claim === undefined ? undefined : { ...claim, isGenuine: false };
}

function claimOfDisk(vdi: Cached<'VDI'>): Claim | undefined {
  const claim = claimOf(vdi.other_config, vdi.uuid);
  return claim === undefined ? undefined : { ...claim, isGenuine: diskClaim(vdi)?.isGenuine === true };
}

export function listInventory(cache: PoolCache): readonly OwnedObject[] {
  const found: OwnedObject[] = [];
  const add = (cls: Tagged, uuid: string, claim: Claim | undefined): void => {
    if (claim === undefined) return;
    found.push({ class: cls, uuid, vsys: claim.vsys, part: claim.part, genuine: claim.isGenuine });
  };
  for (const [, vm] of cache.all('VM')) add('VM', vm.uuid, claimOfVm(vm));
  for (const [, vdi] of cache.all('VDI')) add('VDI', vdi.uuid, claimOfDisk(vdi));
  const others = ['VIF', 'VBD', 'network'] as const satisfies readonly (CachedClass & Tagged)[];
  for (const cls of others) {
    for (const [, record] of cache.all(cls)) add(cls, record.uuid, claimOf(record.other_config, record.uuid));
  }
  return found;
}
