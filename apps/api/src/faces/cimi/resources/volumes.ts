/** Volumes: data disks. The system disk of a machine is one of its disks. */
import type { VDiskRecord } from '@openvsys/persistence';
import type { VsysId } from '@openvsys/vsys';
import { ref, type Operation, type Representation } from '../model/representation.js';
import { VOLUME_STATES } from '../words/states.js';
import { kilobytesOfGib } from '../words/units.js';
import type { CimiContext } from './context.js';
import { noted, notesOf, type Notes } from './notes.js';
import { VOLUMES } from './paths.js';

export async function listVolumes(context: CimiContext, vsysId?: VsysId): Promise<readonly Representation[]> {
  const disks = await context.all((page) => context.use.parts.listVDisks(context.call, { vsysId }, page));
  const notes = await notesOf(context, vsysId);
  return disks.map((disk) => volumeOf(context, disk, notes));
}

export function volumeOf(context: CimiContext, disk: VDiskRecord, notes: Notes): Representation {
  const path = `${VOLUMES}/${disk.id}`;
  return {
    type: 'Volume',
    id: path,
    attributes: {
      ...noted(notes, disk.id, disk.name),
      ...(context.dialect.version === 1 ? {} : { parent: `systems/${disk.vsysId}` }),
      state: VOLUME_STATES[disk.state],
      // Block storage that the guest need not mount.
      type: 'mapped',
      capacity: kilobytesOfGib(disk.sizeGiB),
      bootable: false,
      images: ref(`${path}/images`),
      eventLog: ref(`event_logs/${disk.vsysId}`),
    },
    operations: volumeOperations(context, disk, path),
  };
}

function volumeOperations(
  context: CimiContext,
  { state, vserverId }: VDiskRecord,
  path: string,
): readonly Operation[] {
  if (state === 'deleting' || state === 'gone' || !context.may('vsys:change')) return [];
  const isThere = state === 'attached' || state === 'detached';
  return [
    { rel: 'edit', href: path },
    ...(vserverId === null ? [{ rel: 'delete', href: path }] : []),
    ...(isThere ? [{ rel: 'action/snapshot', href: `${path}/snapshot` }] : []),
    ...(isThere && context.dialect.version === 2 ? [{ rel: 'action/restore', href: `${path}/restore` }] : []),
  ];
}
