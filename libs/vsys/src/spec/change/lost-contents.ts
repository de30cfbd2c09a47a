/** What a next spec would destroy: parts with contents that it no longer has. */
import type { BackupId, SnapshotId, VDiskId, VServerId } from '../../ids.js';
import type { VsysSpec } from '../vsys-spec.js';

export interface LostPart {
  readonly part: VServerId | VDiskId | SnapshotId | BackupId;
  readonly kind: 'vserver' | 'vdisk' | 'snapshot' | 'backup';
  readonly name: string;
}

/** Servers lose their system disk; an appliance holds nothing that is not made anew. In the order of the previous spec. */
export function lostContents(previous: VsysSpec, next: VsysSpec): LostPart[] {
  const { servers, disks, snapshots = [], backups = [] } = next;
  const present = next.presence === 'absent' ? [] : [...servers, ...disks, ...snapshots];
  const kept = new Set<string>([...present, ...backups].map(({ id }) => id));
  return [
    ...previous.servers
      .filter(({ kind }) => kind === 'server')
      .map(({ id, name }): LostPart => ({ part: id, kind: 'vserver', name })),
    ...previous.disks.map(({ id, name }): LostPart => ({ part: id, kind: 'vdisk', name })),
    ...(previous.snapshots ?? []).map(({ id, name }): LostPart => ({ part: id, kind: 'snapshot', name })),
    ...(previous.backups ?? []).map(({ id, name }): LostPart => ({ part: id, kind: 'backup', name })),
  ].filter(({ part }) => !kept.has(part));
}
