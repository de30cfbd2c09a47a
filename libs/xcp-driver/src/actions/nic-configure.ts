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

const isSameSet = (has: readonly string[], wanted: readonly string[]): boolean =>
  new Set(has).size === new Set(wanted).size && wanted.every((address) => has.includes(address));

export const nicConfigure: ActionHandler<'nic.configure'> = {
  methods: ['VIF.set_ipv4_allowed', 'VIF.set_ipv6_allowed', 'VIF.set_locking_mode'],
  isDone: (action, pool) => {
    const lock = findNic(action, pool)?.record;
    const wanted = wantedLock(action.nic);
    return (
      lock?.locking_mode === wanted.locking_mode &&
      isSameSet(lock.ipv4_allowed, wanted.ipv4_allowed) &&
      isSameSet(lock.ipv6_allowed, wanted.ipv6_allowed)
    );
  },
  perform: async (action, pool, { signal }) => {
    const vif = findNic(action, pool);
    // Gone meanwhile: the plan is made anew.
    if (vif === undefined) return;
    const wanted = wantedLock(action.nic);
    for (const field of ['ipv4_allowed', 'ipv6_allowed'] as const) {
      if (isSameSet(vif.record[field], wanted[field])) continue;
      await pool.calls.call(`VIF.set_${field}`, [vif.ref, wanted[field]], signal);
      pool.cache.wrote('VIF', vif.ref, { [field]: wanted[field] });
    }
    if (vif.record.locking_mode === wanted.locking_mode) return;
    await pool.calls.call('VIF.set_locking_mode', [vif.ref, wanted.locking_mode], signal);
    pool.cache.wrote('VIF', vif.ref, { locking_mode: wanted.locking_mode });
  },
};
