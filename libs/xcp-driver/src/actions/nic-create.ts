/** A NIC: a VIF that can use its own MAC and its own addresses only (tenant isolation does not depend on the guest). */
import { vsysOfPart, type NicCreate } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import { tagsOf } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { getNetworkOf } from './external-network.js';
import { findVif, findVm, getVm, isPlugged } from './find-parts.js';
import { wantedLock } from './nic-lock.js';
import { removeInheritedVifs } from './inherited-vifs.js';
import type { PoolAccess } from './pool-access.js';
import { pluggedUnlessAlready } from './unless-gone.js';

/** XenAPI VIF.qos_algorithm_type; applied when the VIF is plugged. */
export const RATE_LIMIT = 'ratelimit';
/** Ethernet's. */
const USUAL_MTU = 1500;

/** `kbps` means kilobytes a second to the pool, whatever its name says. */
const rateParams = (limit: number | undefined): Readonly<Record<string, string>> =>
  limit === undefined ? {} : { kbps: String(limit) };

async function createVif(
  { part, nic }: NicCreate,
  vm: Ref<'VM'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<Ref<'VIF'>> {
  const network = getNetworkOf(pool.cache, nic.net).ref;
  const view = {
    VM: vm,
    network,
    device: String(nic.device),
    MAC: nic.mac,
    // The pool gives an interface the MTU of its network but for this key (xapi, VIF.other_config:mtu).
    other_config: {
      ...tagsOf(vsysOfPart(part), part),
      ...(nic.mtu === undefined ? {} : { mtu: String(nic.mtu) }),
    },
    ...wantedLock(nic),
    MTU: nic.mtu ?? USUAL_MTU,
    qos_algorithm_type: nic.rateLimitKBps === undefined ? '' : RATE_LIMIT,
    qos_algorithm_params: rateParams(nic.rateLimitKBps),
  };
  const ref = await pool.calls.call('VIF.create', [view], signal);
  pool.cache.wrote('VIF', ref, view);
  return ref;
}

const isConnected = (vm: Located<'VM'>, vif: Located<'VIF'> | undefined): boolean =>
  vif !== undefined && (!isPlugged(vm.record) || vif.record.currently_attached);

export const nicCreate: ActionHandler<'nic.create'> = {
  methods: ['VIF.create', 'VIF.plug'],
  isDone: ({ part, server }, { cache }) => {
    const vm = findVm(cache, server);
    return vm !== undefined && isConnected(vm, findVif(cache, vm.ref, part));
  },
  perform: async (action, pool, { signal }) => {
    const vm = getVm(pool.cache, action.server);
    await removeInheritedVifs(vm, action.server, pool, signal);
    const existing = findVif(pool.cache, vm.ref, action.part);
    const vif = existing?.ref ?? (await createVif(action, vm.ref, pool, signal));
    if (!isPlugged(vm.record) || existing?.record.currently_attached === true) return;
    await pluggedUnlessAlready(pool.calls.task('VIF.plug', [vif], { signal }));
    pool.cache.wrote('VIF', vif, { currently_attached: true });
  },
};
