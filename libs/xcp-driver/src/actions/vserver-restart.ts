/**
 * One restart, exactly once although the pool cannot write the counter and reboot in one step: before it, the VM is
 * marked with the domain that is to go; whoever comes back later sees by the domain whether the reboot has happened.
 *
 *   counter n-1 ──► mark `n:<domid>` ──► reboot (domid changes) ──► counter n, mark removed
 */
import type { VServerRestart } from '@openvsys/vsys';
import type { Located } from '../cache/pool-cache.js';
import { TAG } from '../ownership-tags.js';
import type { ActionHandler } from './action-handler.js';
import { findVm, getVm } from './find-parts.js';
import { seen, type PoolAccess } from './pool-access.js';
import { guestDeclined } from './vserver-stop.js';

type Config = Readonly<Record<string, string>>;

async function writeConfig(
  vm: Located<'VM'>,
  config: Config,
  { calls, cache }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  await calls.call('VM.set_other_config', [vm.ref, config], signal);
  cache.wrote('VM', vm.ref, { other_config: config });
}

async function reboot(vm: Located<'VM'>, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  try {
    await pool.calls.task('VM.clean_reboot', [vm.ref], { signal, timeoutMs: pool.cleanShutdownMs });
  } catch (error) {
    if (!guestDeclined(error)) throw error;
    await pool.calls.task('VM.hard_reboot', [vm.ref], { signal });
  }
}

/** The domain that the mark says is to go; undefined when no restart to this count was begun. */
function markedDomain({ restarts }: VServerRestart, config: Config): number | undefined {
  const [count, domid] = (config[TAG.restarting] ?? '').split(':');
  return count === String(restarts) && domid !== undefined ? Number(domid) : undefined;
}

export const vserverRestart: ActionHandler<'vserver.restart'> = {
  methods: ['VM.clean_reboot', 'VM.hard_reboot'],
  isDone: ({ part, restarts }, { cache }) => {
    const config = findVm(cache, part)?.record.other_config;
    return config !== undefined && Number(config[TAG.restarts] ?? 0) >= restarts;
  },
  perform: async (action, pool, { signal }) => {
    const vm = getVm(pool.cache, action.part);
    if (vm.record.power_state !== 'Running') return;
    const { other_config: config, domid } = vm.record;
    const marked = markedDomain(action, config);
    if (marked === undefined)
      await writeConfig(vm, { ...config, [TAG.restarting]: `${action.restarts}:${domid}` }, pool, signal);
    if (marked === undefined || marked === domid) {
      await reboot(vm, pool, signal);
      const isNew = (): true | undefined =>
        pool.cache.find('VM', vm.ref)?.domid === domid ? undefined : true;
      await seen(pool, isNew, [['VM', vm.ref]], signal);
    }
    const { [TAG.restarting]: _mark, ...rest } = pool.cache.find('VM', vm.ref)?.other_config ?? config;
    await writeConfig(vm, { ...rest, [TAG.restarts]: String(action.restarts) }, pool, signal);
  },
};
