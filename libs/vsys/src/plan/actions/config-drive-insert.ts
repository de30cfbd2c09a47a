/** Gives a halted server the drive that it reads at its first boot; a drive with other files takes the place of an older one. */
import { lacksConfigDrive, wantedDrive } from '../config-drive.js';
import { isVm } from '../observed-index.js';
import type { ActionRule } from './action-rule.js';
import { driveLockOf, lockOf, replaceById } from './action-rule.js';

export const configDriveInsert: ActionRule<'config-drive.insert'> = {
  kind: 'config-drive.insert',
  due: (world) =>
    [...world.wanted.servers.values()].flatMap((server) => {
      const vm = world.seen.servers.get(server.id);
      const drive = wantedDrive(server);
      if (drive === undefined || !isVm(vm) || vm.power !== 'halted' || vm.stage !== 'configured') return [];
      if (world.owesRevert.has(server.id)) return [];
      return lacksConfigDrive(server, vm) ? [{ kind: 'config-drive.insert', part: server.id, drive }] : [];
    }),
  predict: (observed, { part, drive }) => ({
    ...observed,
    servers: replaceById(observed.servers, part, (vm) => ({
      ...vm,
      configDrive: { version: drive.version ?? 0, stage: 'inserted' },
    })),
  }),
  locks: ({ part }) => ({ exclusive: [driveLockOf(part)], shared: [lockOf(part)] }),
  after: ({ part }) => [`vserver.configure:${part}`, `vserver.stop:${part}`, `vserver.revert:${part}`],
  title: ({ part }, name) => `Make the config drive of VServer ${name(part)}`,
  // XenAPI VDI.create and PUT /import_raw_vdi, which attaches the disk to a host for the time of the transfer.
  estimateMs: 3_000,
};
