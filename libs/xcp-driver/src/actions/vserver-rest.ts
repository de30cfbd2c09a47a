/** Puts a running VM to rest: its memory stays on the host (paused) or goes to storage (suspended). */
import type { VServerId } from '@openvsys/vsys';
import type { PoolCache } from '../cache/pool-cache.js';
import type { ActionHandler } from './action-handler.js';
import { findVm, getVm } from './find-parts.js';
import { notePower } from './vserver-start.js';

const isIn = (cache: PoolCache, part: VServerId, power: 'Paused' | 'Suspended'): boolean =>
  findVm(cache, part)?.record.power_state === power;

export const vserverPause: ActionHandler<'vserver.pause'> = {
  methods: ['VM.pause'],
  isDone: ({ part }, { cache }) => isIn(cache, part, 'Paused'),
  perform: async ({ part }, { cache, calls }, { signal }) => {
    const vm = getVm(cache, part);
    if (vm.record.power_state !== 'Running') return;
    await calls.task('VM.pause', [vm.ref], { signal });
    cache.wrote('VM', vm.ref, { power_state: 'Paused' });
  },
};

export const vserverSuspend: ActionHandler<'vserver.suspend'> = {
  methods: ['VM.suspend'],
  isDone: ({ part }, { cache }) => isIn(cache, part, 'Suspended'),
  perform: async ({ part }, { cache, calls }, { signal }) => {
    const vm = getVm(cache, part);
    if (vm.record.power_state !== 'Running') return;
    await calls.task('VM.suspend', [vm.ref], { signal });
    notePower(cache, vm.ref, false);
    cache.wrote('VM', vm.ref, { power_state: 'Suspended' });
  },
};
