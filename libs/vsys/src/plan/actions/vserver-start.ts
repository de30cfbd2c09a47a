/**
 * Starts a halted server once it is complete and all before it are up; resumes a paused or suspended one at once, since
 * nothing can be changed on it before (and a disk that it holds may be needed by a server before it).
 */
import { placedSize } from '../../spec/headroom.js';
import type { ActionKey } from '../action.js';
import { isVNet, type VServerSpec } from '../../spec/vsys-spec.js';
import { afterPause, afterPowerLoss, lacksConfigDrive } from '../config-drive.js';
import { isVm } from '../observed-index.js';
import type { ObservedServer } from '../observed.js';
import type { World } from '../world.js';
import {
  isFillOwed,
  isNetReady,
  isNicExact,
  isRescueAsWanted,
  isSystemFillOwed,
  needsAwake,
} from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById, settingsLockOf } from './action-rule.js';
import { isConfigured } from './vserver-configure.js';

export const vserverStart: ActionRule<'vserver.start'> = {
  kind: 'vserver.start',
  due: (world) =>
    [...world.wanted.servers.values()]
      .filter((server) => isDue(world, server, world.seen.servers.get(server.id)))
      .map(({ id, role, affinity, headroom, ...size }) => {
        const together = world.wanted.togetherWith.get(id);
        return {
          kind: 'vserver.start',
          part: id,
          role,
          ...placedSize(size, headroom),
          ...(affinity === undefined ? {} : { affinity }),
          ...(together === undefined ? {} : { together }),
        };
      }),
  // The host is chosen when it starts, so it cannot be predicted.
  predict: (observed, { part }) => ({
    ...observed,
    servers: replaceById(observed.servers, part, (vm) => ({
      ...(vm.power === 'paused' ? afterPause(vm) : afterPowerLoss(vm)),
      power: 'running',
    })),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part), settingsLockOf(part)], shared: [] }),
  after: ({ part }, start) => {
    const server = start.wanted.servers.get(part);
    return server === undefined ? [] : [...completedBy(server, start), ...precededBy(server, start)];
  },
  title: ({ part }, name) => `Start VServer ${name(part)}`,
  // XenAPI VM.start: 1.6 s + 0.12 s/GiB + plugging its first disk and NIC.
  estimateMs: 3_000,
};

function isDue(world: World, server: VServerSpec, vm: ObservedServer | undefined): boolean {
  if (server.power === 'stopped' || !isVm(vm) || vm.power === 'running') return false;
  if (vm.power !== 'halted') {
    if (world.mustHalt.has(server.id)) return false;
    return vm.power !== server.power || needsAwake(world, server, vm);
  }
  if (world.owesRevert.has(server.id) || lacksConfigDrive(server, vm)) return false;
  if (isSystemFillOwed(server, vm) || !isRescueAsWanted(server, vm)) return false;
  return server.startOrder <= world.startGate && isConfigured(server, vm) && isComplete(world, server);
}

/** All its NICs and disks are there and exact, and none that it should not have. */
export function isComplete(world: World, server: VServerSpec): boolean {
  const { seen, wanted } = world;
  const nics = seen.nicsOfServer.get(server.id) ?? [];
  if (nics.length !== server.nics.length || !nics.every((nic) => isNicExact(world, nic))) return false;
  if (!server.nics.every((nic) => isNetReady(world, nic.net))) return false;
  const disks = seen.disksOfServer.get(server.id) ?? [];
  const wantedDisks = wanted.disksOfServer.get(server.id) ?? [];
  if (disks.length !== wantedDisks.length) return false;
  return disks.every((disk) => {
    const spec = wanted.disks.get(disk.id);
    if (spec?.server !== server.id || disk.priority !== spec.priority) return false;
    return disk.sizeGiB >= spec.sizeGiB && !isFillOwed(spec, disk);
  });
}

export function completedBy(server: VServerSpec, { wanted, seen }: World): ActionKey[] {
  const nics = [...server.nics, ...(seen.nicsOfServer.get(server.id) ?? [])];
  const disks = [
    ...(wanted.disksOfServer.get(server.id) ?? []),
    ...(seen.disksOfServer.get(server.id) ?? []),
  ];
  return [
    `vserver.configure:${server.id}`,
    `config-drive.insert:${server.id}`,
    `config-drive.remove:${server.id}`,
    `vserver.stop:${server.id}`,
    `vserver.revert:${server.id}`,
    `disk.fill:${server.id}`,
    `rescue.insert:${server.id}`,
    `rescue.remove:${server.id}`,
    ...nics.flatMap(
      ({ id, net }) =>
        [
          ...([`nic.create:${id}`, `nic.configure:${id}`, `nic.destroy:${id}`] as const),
          ...(isVNet(net) ? ([`vnet.create:${net}`] as const) : []),
        ] as const,
    ),
    ...disks.flatMap(
      ({ id }) =>
        [
          `vdisk.attach:${id}`,
          `vdisk.tune:${id}`,
          `vdisk.resize:${id}`,
          `disk.fill:${id}`,
          `vdisk.detach:${id}`,
        ] as const,
    ),
  ];
}

function precededBy(server: VServerSpec, { wanted }: World): ActionKey[] {
  return [...wanted.servers.values()]
    .filter(({ power, startOrder }) => power !== 'stopped' && startOrder < server.startOrder)
    .flatMap(({ id }) => [`vserver.start:${id}`, `vserver.await:${id}`] as const);
}
