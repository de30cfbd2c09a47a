/** What can be wished of data disks, as edits of the system. */
import {
  DomainError,
  vsysOfPart,
  withChangedDisk,
  withDisk,
  withDiskAt,
  withGrownDisk,
  withoutDisk,
  type NewDisk,
  type VDiskId,
  type VServerId,
  type VsysId,
} from '@openvsys/vsys';
import type { PartEdit } from './edit-parts.js';
import { getDisk, getServer } from './part-names.js';

export interface NewDiskOf extends Omit<NewDisk, 'server'> {
  readonly vsysId: VsysId;
  /** Absent: attached to nothing. */
  readonly vserverId?: VServerId;
}

export const createdDisk = ({ vsysId, vserverId, ...disk }: NewDiskOf): PartEdit => ({
  vsysId,
  about: { kind: 'vdisk.create', resource: vsysId },
  draft: (present) =>
    withDisk(present, {
      ...disk,
      ...(vserverId === undefined ? {} : { server: getServer(present.spec, vserverId).name }),
    }),
});

/** While the server runs too. The draft throws `conflict` when it is attached already. */
export const attachedDisk = (id: VDiskId, vserverId: VServerId): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'vdisk.attach', resource: id },
  draft: (present) => {
    const disk = getDisk(present.spec, id);
    const server = getServer(present.spec, vserverId);
    if (disk.server !== null) throw attached(disk.name, disk.server === server.id);
    return withDiskAt(present, disk.name, server.name);
  },
});

const attached = (name: string, here: boolean): DomainError =>
  new DomainError(
    'conflict',
    `The disk “${name}” is attached to ${here ? 'this' : 'another'} server already.`,
    {
      pointer: '/vserverId',
      retry: here ? 'never' : 'after-change',
      remedy: here ? 'There is nothing to do.' : 'Detach it first.',
      details: { allowed: ['detach', 'resize', 'delete'] },
    },
  );

/** While the server runs too. The draft throws `conflict` when it is attached to nothing. */
export const detachedDisk = (id: VDiskId): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'vdisk.detach', resource: id },
  draft: (present) => {
    const disk = getDisk(present.spec, id);
    if (disk.server !== null) return withDiskAt(present, disk.name, null);
    throw new DomainError('conflict', `The disk “${disk.name}” is attached to nothing.`, {
      retry: 'never',
      remedy: 'There is nothing to do.',
      details: { allowed: ['attach', 'resize', 'delete'] },
    });
  },
});

/** Larger, or of another urgency; absent: as it is. The draft throws `invalid-request` when neither is said. */
export interface ChangedDisk {
  readonly sizeGiB?: number | undefined;
  /** `null`: as the storage has it. */
  readonly priority?: number | null | undefined;
}

export const changedDisk = (id: VDiskId, { sizeGiB, priority }: ChangedDisk): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'vdisk.change', resource: id },
  draft: (present) => {
    const { name } = getDisk(present.spec, id);
    if (sizeGiB === undefined && priority === undefined)
      throw new DomainError('invalid-request', 'There is nothing to change.', {
        pointer: '/sizeGiB',
        remedy: 'Give `sizeGiB`, `priority` or both.',
      });
    return withChangedDisk(present, name, {
      ...(sizeGiB === undefined ? {} : { size: sizeGiB }),
      ...(priority === undefined ? {} : { priority }),
    });
  },
});

export const grownDisk = (id: VDiskId, sizeGiB: number): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'vdisk.resize', resource: id },
  draft: (present) => withGrownDisk(present, getDisk(present.spec, id).name, sizeGiB),
});

/** With its contents; detached first when it is attached. */
export const deletedDisk = (id: VDiskId): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'vdisk.delete', resource: id },
  draft: (present) => withoutDisk(present, getDisk(present.spec, id).name),
});
