/** Brings a VM up on the chosen host: starts a halted one, resumes a suspended one, unpauses a paused one. */
import type { HostUuid } from '@openvsys/vsys';
import { DomainError } from '@openvsys/vsys';
import type { PoolCache } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';
import type { ActionHandler } from './action-handler.js';
import { findVm, getVm } from './find-parts.js';
import type { PoolAccess } from './pool-access.js';
import { forgetReadiness } from './readiness.js';

function hostRef(cache: PoolCache, uuid: HostUuid): Ref<'host'> {
  for (const [ref, host] of cache.all('host')) if (host.uuid === uuid) return ref as Ref<'host'>;
  throw new DomainError('no-capacity', 'The chosen host is not in the pool any more.', {
    retry: 'elsewhere',
  });
}

/** A started VM holds its devices; the pool's events that say so may still be under way. */
export function notePower(cache: PoolCache, vm: Ref<'VM'>, isUp: boolean, host?: Ref<'host'>): void {
  for (const { ref } of cache.referring('VBD', 'VM', vm))
    cache.wrote('VBD', ref, { currently_attached: isUp });
  for (const { ref } of cache.referring('VIF', 'VM', vm))
    cache.wrote('VIF', ref, { currently_attached: isUp });
  cache.wrote('VM', vm, {
    power_state: isUp ? 'Running' : 'Halted',
    guest_metrics: null,
    ...(isUp ? (host === undefined ? {} : { resident_on: host }) : { resident_on: null }),
  });
}

async function bringUp(
  vm: Ref<'VM'>,
  host: Ref<'host'> | undefined,
  power: string,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const { calls } = pool;
  switch (power) {
    case 'Paused':
      await calls.task('VM.unpause', [vm], { signal });
      return;
    case 'Suspended':
      if (host === undefined) await calls.task('VM.resume', [vm, false, false], { signal });
      else await calls.task('VM.resume_on', [vm, host, false, false], { signal });
      return;
    default:
      if (host === undefined) await calls.task('VM.start', [vm, false, false], { signal });
      else await calls.task('VM.start_on', [vm, host, false, false], { signal });
  }
}

export const vserverStart: ActionHandler<'vserver.start'> = {
  methods: ['VM.start_on', 'VM.start', 'VM.resume_on', 'VM.resume', 'VM.unpause'],
  isDone: ({ part }, { cache }) => findVm(cache, part)?.record.power_state === 'Running',
  perform: async ({ part }, pool, { host, signal }) => {
    const vm = getVm(pool.cache, part);
    if (vm.record.power_state === 'Running') return;
    if (vm.record.power_state !== 'Paused') await forgetReadiness(vm, pool, signal);
    const target = host === null ? undefined : hostRef(pool.cache, host);
    await bringUp(vm.ref, target, vm.record.power_state, pool, signal);
    notePower(pool.cache, vm.ref, true, vm.record.power_state === 'Paused' ? undefined : target);
  },
};
