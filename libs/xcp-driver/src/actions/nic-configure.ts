/** Gives a plugged NIC other addresses: what is sent from others is dropped by the host at once (XenAPI VIF.ipv4_allowed). */
import type { NicConfigure } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import type { ActionHandler } from './action-handler.js';
import { findVif, findVm } from './find-parts.js';
import { wantedLock } from './nic-lock.js';
import type { PoolAccess } from './pool-access.js';

function findNic({ part, server }: NicConfigure, { cache }: PoolAccess): Located<'VIF'> | undefined {
  const vm = findVm(cache, server);
  return vm === undefined ? undefined : findVif(cache, vm.ref, part);
}

function hasAddresses({ record }: Located<'VIF'>, addresses: readonly string[]): boolean {
  const allowed = new Set(record.ipv4_allowed);
  return allowed.size === new Set(addresses).size && addresses.every((address) => allowed.has(address));
}

export const nicConfigure: ActionHandler<'nic.configure'> = {
  methods: ['VIF.set_ipv4_allowed', 'VIF.set_locking_mode'],
  isDone: (action, pool) => {
    const vif = findNic(action, pool);
    const { locking_mode: mode, ipv4_allowed: addresses } = wantedLock(action.nic);
    return vif?.record.locking_mode === mode && hasAddresses(vif, addresses);
  },
  perform: async (action, pool, { signal }) => {
    const vif = findNic(action, pool);
    // Gone meanwhile: the plan is made anew.
    if (vif === undefined) return;
    const { locking_mode: mode, ipv4_allowed: addresses } = wantedLock(action.nic);
    if (!hasAddresses(vif, addresses)) {
      await pool.calls.call('VIF.set_ipv4_allowed', [vif.ref, addresses], signal);
      pool.cache.wrote('VIF', vif.ref, { ipv4_allowed: addresses });
    }
    if (vif.record.locking_mode === mode) return;
    await pool.calls.call('VIF.set_locking_mode', [vif.ref, mode], signal);
    pool.cache.wrote('VIF', vif.ref, { locking_mode: mode });
  },
};
