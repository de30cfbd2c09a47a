/**
 * One thing done to a pool on the way to the spec. An action is plain data: it is stored in the journal as it is,
 * so everything that performing, settling and explaining it needs is inside it.
 */
import type { BackupId, NicId, PartId, SnapshotId, SrUuid, VDiskId, VNetId, VServerId } from '../ids.js';
import type { ServiceProbe } from '../ports/service-prober.port.js';
import type { ReadinessSpec } from '../spec/readiness.js';
import type {
  AffinitySpec,
  ConfigDriveSpec,
  DiskOrigin,
  DiskPart,
  NicSpec,
  RescueSpec,
  VDiskSpec,
  VNetSpec,
  VServerSpec,
} from '../spec/vsys-spec.js';

interface ActionOf<Kind extends string, Part extends PartId> {
  readonly kind: Kind;
  readonly part: Part;
}

export type VNetCreate = ActionOf<'vnet.create', VNetId> & { readonly net: VNetSpec };
export type VNetDestroy = ActionOf<'vnet.destroy', VNetId>;

/** `sr`: where its disks go, when not to where the image is. */
export type VServerClone = ActionOf<'vserver.clone', VServerId> & {
  readonly image: string;
  readonly sr?: SrUuid;
};
/**
 * Settings, tags, guest data; makes a clone a real VM. All of it needs a halted VM; a running one is only given guest data, the
 * restart counter, and a size within its headroom.
 */
export type VServerConfigure = ActionOf<'vserver.configure', VServerId> & {
  readonly settings: Pick<
    VServerSpec,
    | 'name'
    | 'role'
    | 'vcpus'
    | 'memoryMiB'
    | 'minMemoryMiB'
    | 'headroom'
    | 'tuning'
    | 'restarts'
    | 'guestData'
  > & {
    /** A VM made anew has nothing to go back to: earlier wishes count as obeyed. Only for such a one. */
    readonly reverts?: number;
  };
};
/** `memoryMiB`, `vcpus`: what a host must have for it (`placedSize`). Where it starts is decided when it starts (`ActionContext.host`), from the pool's state of that moment. */
export type VServerStart = ActionOf<'vserver.start', VServerId> & {
  readonly role: string;
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly affinity?: AffinitySpec;
  /** Roles and EFMs that share a network within one host with it: it starts where they are. */
  readonly together?: readonly string[];
};
/** Waits until a server that runs is ready; what is noted holds until it boots again. */
export type VServerAwait = ActionOf<'vserver.await', VServerId> & {
  readonly ready: ReadinessSpec;
  /** Of a gate that is a port: who asks it. Absent: the guest's agent is waited for instead. */
  readonly probe?: ServiceProbe;
};
export type VServerStop = ActionOf<'vserver.stop', VServerId> & {
  /** `clean`: ask the guest, pull the plug when it does not answer in time. `hard`: at once. */
  readonly mode: 'clean' | 'hard';
};
export type VServerRestart = ActionOf<'vserver.restart', VServerId> & { readonly restarts: number };
export type VServerDestroy = ActionOf<'vserver.destroy', VServerId>;
/** `withMemory`: it comes back asleep, with the memory of then. */
export type VServerRevert = ActionOf<'vserver.revert', VServerId> & {
  readonly revert: NonNullable<VServerSpec['revert']>;
  readonly withMemory: boolean;
};
export type VServerPause = ActionOf<'vserver.pause', VServerId>;
export type VServerSuspend = ActionOf<'vserver.suspend', VServerId>;

export type ConfigDriveInsert = ActionOf<'config-drive.insert', VServerId> & {
  readonly drive: ConfigDriveSpec;
};
/** Notes the version, so that the drive is not given again. */
export type ConfigDriveRemove = ActionOf<'config-drive.remove', VServerId> & { readonly version: number };

/** A fresh disk of the image takes the boot disk's place, which becomes a further disk. */
export type RescueInsert = ActionOf<'rescue.insert', VServerId> & { readonly rescue: RescueSpec };
/** The own boot disk is back in its place; what was on the other one is gone. */
export type RescueRemove = ActionOf<'rescue.remove', VServerId>;

/** `servers`: those of the snapshot that are still wanted. */
export type SnapshotCreate = ActionOf<'snapshot.create', SnapshotId> & {
  readonly servers: readonly VServerId[];
  readonly withMemory: boolean;
};
export type SnapshotDestroy = ActionOf<'snapshot.destroy', SnapshotId>;

export type VDiskCreate = ActionOf<'vdisk.create', VDiskId> & { readonly disk: VDiskSpec };
export type VDiskResize = ActionOf<'vdisk.resize', VDiskId> & { readonly sizeGiB: number };
export type VDiskAttach = ActionOf<'vdisk.attach', VDiskId> & {
  readonly server: VServerId;
  readonly priority?: number;
};
/** Of one that is attached. `priority` absent: as the storage has it. */
export type VDiskTune = ActionOf<'vdisk.tune', VDiskId> & {
  readonly server: VServerId;
  readonly priority?: number;
};
export type VDiskDetach = ActionOf<'vdisk.detach', VDiskId> & { readonly server: VServerId };
export type VDiskDestroy = ActionOf<'vdisk.destroy', VDiskId>;

/**
 * Replaces the contents of a disk by a copy. `server`: whose disk it is, `null` for one that hangs on nothing; `sizeGiB`: the least that a
 * data disk has afterwards.
 */
export type DiskFill = ActionOf<'disk.fill', DiskPart> & {
  readonly origin: DiskOrigin;
  readonly server: VServerId | null;
  readonly sizeGiB?: number;
};
/** Copies a disk as it is now to `sr`. */
export type BackupCreate = ActionOf<'backup.create', BackupId> & {
  readonly name: string;
  readonly source: DiskPart;
  readonly sr: SrUuid;
};
export type BackupDestroy = ActionOf<'backup.destroy', BackupId>;

export type NicCreate = ActionOf<'nic.create', NicId> & { readonly server: VServerId; readonly nic: NicSpec };
/** Addresses only; all else about a NIC is fixed when it is made. */
export type NicConfigure = ActionOf<'nic.configure', NicId> & {
  readonly server: VServerId;
  readonly nic: NicSpec;
};
export type NicDestroy = ActionOf<'nic.destroy', NicId> & { readonly server: VServerId };

export type Action =
  | VNetCreate
  | VNetDestroy
  | VServerClone
  | VServerConfigure
  | VServerStart
  | VServerAwait
  | VServerStop
  | VServerRestart
  | VServerDestroy
  | VDiskCreate
  | VDiskResize
  | VDiskAttach
  | VDiskTune
  | VDiskDetach
  | VDiskDestroy
  | VServerRevert
  | VServerPause
  | VServerSuspend
  | ConfigDriveInsert
  | ConfigDriveRemove
  | RescueInsert
  | RescueRemove
  | SnapshotCreate
  | SnapshotDestroy
  | DiskFill
  | BackupCreate
  | BackupDestroy
  | NicCreate
  | NicConfigure
  | NicDestroy;
export type ActionKind = Action['kind'];
export type ActionOfKind<K extends ActionKind> = Extract<Action, { kind: K }>;

/** The newer wish cannot wait for the end of the older one: a guest that is being asked may take its time. */
export const overtakes = (next: Action, present: Action): boolean =>
  next.kind === 'vserver.stop' &&
  present.kind === 'vserver.stop' &&
  next.mode === 'hard' &&
  present.mode === 'clean';

/** The action only waits for something: it may be given up at any moment, and nothing needs to be found out about it. */
export const onlyWaits = ({ kind }: Action): boolean => kind === 'vserver.await';

/** Two actions with the same key are the same wish; at most one of them is under way. */
export type ActionKey = `${ActionKind}:${PartId}`;
export const actionKey = (action: Action): ActionKey => `${action.kind}:${action.part}`;

/** Names of things that must not be worked on at the same time: exclusive excludes all, shared excludes exclusive. */
export interface ActionLocks {
  readonly exclusive: readonly string[];
  readonly shared: readonly string[];
}
