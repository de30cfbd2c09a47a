/** Takes a segment away: its VLAN interface on each host, then the network. */
import { findNetwork } from './find-parts.js';
import type { ActionHandler } from './action-handler.js';
import { unlessGone } from './unless-gone.js';

export const vnetDestroy: ActionHandler<'vnet.destroy'> = {
  methods: ['VLAN.destroy', 'network.destroy'],
  isDone: ({ part }, pool) => findNetwork(pool.cache, part) === undefined,
  perform: async ({ part }, { cache, calls }, { signal }) => {
    const network = findNetwork(cache, part);
    if (network === undefined) return;
    const interfaces = cache.referring('PIF', 'network', network.ref);
    await Promise.all(
      interfaces.map(async ({ ref, record: { VLAN_master_of: vlan } }) => {
        if (vlan === null) return;
        await unlessGone(calls.call('VLAN.destroy', [vlan], signal));
        cache.removed('PIF', ref);
      }),
    );
    await unlessGone(calls.call('network.destroy', [network.ref], signal));
    cache.removed('network', network.ref);
  },
};
