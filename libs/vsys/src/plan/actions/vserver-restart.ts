/**
 * Reboots a running server that was asked to restart: after new guest data, so that the guest boots with it, and after those with a
 * lower start order that are started or restarted as well, once they are ready.
 */
import { afterPowerLoss } from '../config-drive.js';
import { isVm } from '../observed-index.js';
import { hasWantedSize, isSameGuestData, isSameTuning, staysUp } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById, settingsLockOf } from './action-rule.js';

export const vserverRestart: ActionRule<'vserver.restart'> = {
  kind: 'vserver.restart',
  due: (world) => {
    // One that is being started counts too: its readiness will be waited for, and what has begun must stay wanted.
    const gate = Math.min(world.restartGate, world.startGate);
    return [...world.wanted.servers.values()].flatMap((server) => {
      const vm = world.seen.servers.get(server.id);
      if (!isVm(vm) || !staysUp(world, server, vm) || !isSameGuestData(server, vm)) return [];
      if (!isSameTuning(server, vm) || !hasWantedSize(server, vm)) return [];
      if (vm.restarts >= server.restarts || server.startOrder > gate) return [];
      return [{ kind: 'vserver.restart', part: server.id, restarts: server.restarts }];
    });
  },
  predict: (observed, { part, restarts }) => ({
    ...observed,
    servers: replaceById(observed.servers, part, (vm) => ({ ...afterPowerLoss(vm), restarts })),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part), settingsLockOf(part)], shared: [] }),
  after: ({ part }, { wanted }) => {
    const order = wanted.servers.get(part)?.startOrder ?? 0;
    const before = [...wanted.servers.values()].filter(
      ({ power, startOrder }) => power !== 'stopped' && startOrder < order,
    );
    return [
      `vserver.start:${part}`,
      `vserver.configure:${part}`,
      ...before.flatMap(
        ({ id }) => [`vserver.start:${id}`, `vserver.restart:${id}`, `vserver.await:${id}`] as const,
      ),
    ];
  },
  title: ({ part }, name) => `Restart VServer ${name(part)}`,
  // XenAPI VM.clean_reboot: a clean shutdown and a start on the same host.
  estimateMs: 9_000,
};
