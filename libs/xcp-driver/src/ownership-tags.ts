/**
 * Which pool objects are ours, and of which part (design D4). The tags are `other_config` keys:
 *
 *   openvsys-vsys      the VSYS                openvsys-part      the part the object is (or, system disks, belongs to)
 *   openvsys-self      the object's own uuid   openvsys-role      a VM's role, for anti-affinity; `system-disk` on disks
 *   openvsys-restarts  the restart count that the VM last obeyed
 *   openvsys-restarting  `<count>:<domid>` while a restart is under way
 *   openvsys-readiness `<in-time|late>:<domid>`: the domain of a VM that was waited for
 *   openvsys-reverts   the count of ways back to a snapshot that the VM last obeyed
 *   openvsys-tuning    the keys of a VM's tuning that we set
 *   openvsys-config-version   on a config drive: which one of the server's it is
 *   openvsys-config-removed   on a VM: the version of the config drive that its guest has read
 *   openvsys-snapshot  on a disk: the snapshot that is being given up and that it was of
 *   openvsys-snapshot-paused-ms   on a snapshot: it is complete, and how long its servers were held still for it
 *   openvsys-snapshot-bytes   on a snapshot: what its disks took when it was taken
 *   openvsys-copying   on a disk: the part for which it is being copied; with `/<part>` on the source, for a moment
 *   openvsys-origin    on a disk: the count of the last wish to be filled that it obeyed
 *   openvsys-standby, openvsys-seat   on a complete copy that is about to take a disk's place: the wish, and the device
 *   openvsys-rescue    on a boot disk of another system: the count of the wish that it was made for
 *   openvsys-rescue-seat  on one that is complete: `<device> <bootable> <other device>` of the server's own boot disk
 *   openvsys-offline-growth   on a disk: the error with which it refused to grow under a running server
 *   openvsys-net-kind  on a network: `private` or `tunnel`; absent: a VLAN
 *   openvsys-sealed/<key>     see `actions/guest-data.ts`
 *
 * Copies inherit `other_config`: a tag whose `self` is another uuid says "copied from ours", not "ours". VIFs, VBDs and
 * networks cannot be copied alone, so they carry no `self`.
 */
import { vserverId, vsysId, type PartId, type VServerId, type VsysId } from '@openvsys/vsys';
import type { Cached } from './cache/cached-classes.js';

export const TAG = {
  vsys: 'openvsys-vsys',
  part: 'openvsys-part',
  self: 'openvsys-self',
  role: 'openvsys-role',
  restarts: 'openvsys-restarts',
  readiness: 'openvsys-readiness',
  reverts: 'openvsys-reverts',
  restarting: 'openvsys-restarting',
  tuning: 'openvsys-tuning',
  configVersion: 'openvsys-config-version',
  configRemoved: 'openvsys-config-removed',
  snapshot: 'openvsys-snapshot',
  snapshotPaused: 'openvsys-snapshot-paused-ms',
  snapshotBytes: 'openvsys-snapshot-bytes',
  copying: 'openvsys-copying',
  origin: 'openvsys-origin',
  standby: 'openvsys-standby',
  seat: 'openvsys-seat',
  rescue: 'openvsys-rescue',
  rescueSeat: 'openvsys-rescue-seat',
  offlineGrowth: 'openvsys-offline-growth',
  netKind: 'openvsys-net-kind',
} as const;

/** Value of the role tag on a server's own disks. */
export const SYSTEM_DISK_ROLE = 'system-disk';
export const CONFIG_DRIVE_ROLE = 'config-drive';
export const RESCUE_DISK_ROLE = 'rescue-disk';

type OtherConfig = Readonly<Record<string, string>>;

export interface Claim {
  readonly vsys: VsysId;
  readonly part: string;
  /** False: inherited by a copy. */
  readonly isGenuine: boolean;
}

/** The tags that a new object of a part gets in its constructor. */
export const tagsOf = (vsys: VsysId, part: PartId): Record<string, string> => ({
  [TAG.vsys]: vsys,
  [TAG.part]: part,
});

const found = <T>(parse: (text: string) => T, text: string | undefined): T | undefined => {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
};

/** What the tags of an object claim; undefined when it carries none that can be ours. */
export function claimOf(config: OtherConfig, uuid: string): Claim | undefined {
  const vsys = found(vsysId, config[TAG.vsys]);
  const part = config[TAG.part];
  if (vsys === undefined || part === undefined) return undefined;
  const self = config[TAG.self];
  return { vsys, part, isGenuine: self === undefined || uuid === '' || self === uuid };
}

/**
 * The server that a VM is. A configured one proves it by its tags. A clone that was not configured yet has only its name,
 * which is the server's id; then it still is a template, and a copy of that very server is told apart by its tags.
 */
export function serverOf(vm: Cached<'VM'>): VServerId | undefined {
  const known = serverOfRecord.get(vm);
  if (known !== undefined) return known.is;
  const is = decideServer(vm);
  serverOfRecord.set(vm, { is });
  return is;
}

/** Cached records never change, so each is judged once. */
const serverOfRecord = new WeakMap<Cached<'VM'>, { readonly is: VServerId | undefined }>();

function decideServer(vm: Cached<'VM'>): VServerId | undefined {
  if (vm.is_a_snapshot || vm.is_control_domain) return undefined;
  const claim = claimOf(vm.other_config, vm.uuid);
  if (claim?.isGenuine === true && vm.other_config[TAG.self] !== undefined)
    return found(vserverId, claim.part);
  if (!vm.is_a_template) return undefined;
  return claim?.part === vm.name_label ? undefined : found(vserverId, vm.name_label);
}

/** A template that can be cloned, and is not a clone of ours on its way to become a server. */
export const isImage = (vm: Cached<'VM'>): boolean =>
  vm.is_a_template && !vm.is_a_snapshot && !vm.is_control_domain && serverOf(vm) === undefined;

export const vsysOfServer = (server: VServerId): VsysId => vsysId(server.split('-').slice(0, 2).join('-'));

/** A disk of ours: a data disk's own id, or the id of the server whose system disk it is. Snapshots are never ours. */
export function diskClaim(vdi: Cached<'VDI'>): Claim | undefined {
  const claim = claimOf(vdi.other_config, vdi.uuid);
  return claim === undefined || vdi.is_a_snapshot ? undefined : claim;
}

export const isSystemDisk = (vdi: Cached<'VDI'>): boolean => vdi.other_config[TAG.role] === SYSTEM_DISK_ROLE;

export const isConfigDrive = (vdi: Cached<'VDI'>): boolean =>
  vdi.other_config[TAG.role] === CONFIG_DRIVE_ROLE;

export const isRescueDisk = (vdi: Cached<'VDI'>): boolean => vdi.other_config[TAG.role] === RESCUE_DISK_ROLE;

/** A disk that lives and dies with its server; all others are data disks. */
export const isServersOwn = (vdi: Cached<'VDI'>): boolean =>
  isSystemDisk(vdi) || isConfigDrive(vdi) || isRescueDisk(vdi);
