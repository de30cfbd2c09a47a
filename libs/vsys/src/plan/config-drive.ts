/** Judgements about config drives that several action kinds share. */
import type { ConfigDriveSpec, VServerSpec } from '../spec/vsys-spec.js';
import type { ObservedServer } from './observed.js';

/** What the system that it shall boot is given. */
export const wantedDrive = ({ rescue, configDrive }: VServerSpec): ConfigDriveSpec | undefined =>
  rescue === undefined ? configDrive : rescue.drive;

/** The server may not start before it got the drive that is wanted now. */
export function lacksConfigDrive(server: VServerSpec, vm: ObservedServer): boolean {
  const drive = wantedDrive(server);
  return drive !== undefined && vm.configDrive?.version !== (drive.version ?? 0);
}

/** What it was waited for holds as long as it keeps its memory on its host: while it is paused. */
export const afterPause = (vm: ObservedServer): ObservedServer => ({
  ...afterPowerLoss(vm),
  ...(vm.readiness === undefined ? {} : { readiness: vm.readiness }),
});

/** A guest that goes down, or sleeps, has not read the drive at its next boot: what it read before does not count. */
export function afterPowerLoss({ readiness: _before, ...vm }: ObservedServer): ObservedServer {
  const { configDrive } = vm;
  const asleep = { ...vm, guestReady: false };
  return configDrive?.stage === 'read'
    ? { ...asleep, configDrive: { ...configDrive, stage: 'inserted' } }
    : asleep;
}
