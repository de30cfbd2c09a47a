/** What a next spec would destroy: parts with contents that it no longer has. */
import type { SnapshotId, VDiskId, VServerId } from '../../ids.js';
import type { VsysSpec } from '../vsys-spec.js';

export interface LostPart {
  readonly part: VServerId | VDiskId | SnapshotId;
  readonly kind: 'vserver' | 'vdisk' | 'snapshot';
  readonly name: string;
}

/** Servers lose their system disk; an appliance holds nothing that is not made anew. In the order of the previous spec. */
export function lostContents(previous: VsysSpec, next: VsysSpec): LostPart[] {
  const kept = new Set<string>(
    next.presence === 'absent'
      ? []
      : [...next.servers, ...next.disks, ...(next.snapshots ?? [])].map(({ id }) => id),
  );
  return [
    ...previous.servers
      .filter(({ kind }) => kind === 'server')
      .map(({ id, name }): LostPart => ({ part: id, kind: 'vserver', name })),
    ...previous.disks.map(({ id, name }): LostPart => ({ part: id, kind: 'vdisk', name })),
    ...(previous.snapshots ?? []).map(({ id, name }): LostPart => ({ part: id, kind: 'snapshot', name })),
  ].filter(({ part }) => !kept.has(part));
}
