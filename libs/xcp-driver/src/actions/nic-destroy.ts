/** Takes a NIC from a server. */
import type { ActionHandler } from './action-handler.js';
import { findVif, findVm } from './find-parts.js';
import { unlessGone } from './unless-gone.js';

export const nicDestroy: ActionHandler<'nic.destroy'> = {
  methods: ['VIF.unplug', 'VIF.destroy'],
  isDone: ({ part, server }, { cache }) => {
    const vm = findVm(cache, server);
    return vm === undefined || findVif(cache, vm.ref, part) === undefined;
  },
  perform: async ({ part, server }, { cache, calls }, { signal }) => {
    const vm = findVm(cache, server);
    const vif = vm === undefined ? undefined : findVif(cache, vm.ref, part);
    if (vm === undefined || vif === undefined) return;
    if (vm.record.power_state === 'Running' && vif.record.currently_attached) {
      await unlessGone(calls.task('VIF.unplug', [vif.ref], { signal }));
      cache.wrote('VIF', vif.ref, { currently_attached: false });
    }
    await unlessGone(calls.call('VIF.destroy', [vif.ref], signal));
    cache.removed('VIF', vif.ref);
  },
};
