/**
 * Everything in the pool that claims to be ours, and what foreign things hang on it: a disk of somebody else attached to
 * a server of ours, a card of ours on a foreign VM. From the cache; nothing is asked of the pool.
 */
import type { SurveyedObject, VServerId } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import type { Cached } from '../cache/cached-classes.js';
import type { PoolCache } from '../cache/pool-cache.js';
import { listInventory } from '../observe/inventory.js';
import { claimOf, serverOf, vsysOfServer } from '../ownership-tags.js';

/** Names are guests' and administrators' texts: bounded and printable. */
const MAX_NAME = 200;
const bounded = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, ' ').slice(0, MAX_NAME);

export function surveyPool({ cache }: Pick<PoolAccess, 'cache'>): readonly SurveyedObject[] {
  const known = new Map(recordsOf(cache));
  const ours = listInventory(cache).map((object): SurveyedObject => {
    const found = known.get(object.uuid);
    return {
      ...object,
      name: bounded(found?.name ?? ''),
      attachedTo: null,
      inUse: found?.inUse ?? true,
    };
  });
  return [...ours, ...foreignDisks(cache)];
}

function* recordsOf(
  cache: PoolCache,
): Iterable<readonly [uuid: string, fact: { name: string; inUse: boolean }]> {
  for (const [, vm] of cache.all('VM')) {
    yield [vm.uuid, { name: vm.name_label, inUse: vm.power_state !== 'Halted' }];
  }
  for (const [ref, vdi] of cache.all('VDI')) {
    const inUse = cache.referring('VBD', 'VDI', ref).some(({ record }) => isOnRunningVm(cache, record));
    yield [vdi.uuid, { name: vdi.name_label, inUse }];
  }
  for (const [ref, network] of cache.all('network')) {
    yield [
      network.uuid,
      { name: network.name_label, inUse: cache.referring('VIF', 'network', ref).length > 0 },
    ];
  }
  for (const cls of ['VIF', 'VBD'] as const) {
    for (const [, device] of cache.all(cls)) {
      const vm = cache.find('VM', device.VM);
      yield [device.uuid, { name: vm?.name_label ?? '', inUse: device.currently_attached }];
    }
  }
}

const isOnRunningVm = (cache: PoolCache, { VM }: Cached<'VBD'>): boolean =>
  cache.find('VM', VM)?.power_state !== 'Halted';

/** Disks without our tags on servers of ours, and disks of ours on VMs that are not. */
function foreignDisks(cache: PoolCache): SurveyedObject[] {
  const found: SurveyedObject[] = [];
  for (const [, vbd] of cache.all('VBD')) {
    if (vbd.type !== 'Disk' || vbd.VDI === null) continue;
    const vm = cache.find('VM', vbd.VM);
    const vdi = cache.find('VDI', vbd.VDI);
    if (vm === undefined || vdi === undefined || vm.is_a_snapshot || vm.is_a_template) continue;
    const server = serverOf(vm);
    const claim = claimOf(vdi.other_config, vdi.uuid);
    if (server === undefined || claim?.isGenuine === true) continue;
    found.push(foreign(vdi, server, vm));
  }
  return found;
}

const foreign = (vdi: Cached<'VDI'>, server: VServerId, vm: Cached<'VM'>): SurveyedObject => ({
  class: 'VDI',
  uuid: vdi.uuid,
  vsys: vsysOfServer(server),
  part: server,
  genuine: false,
  name: bounded(vdi.name_label),
  attachedTo: server,
  inUse: vm.power_state !== 'Halted',
});
