/** Volumes: data disks. The system disk of a machine is one of its disks. */
import { vdiskId } from '@openvsys/vsys';
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { noteOf } from './notes.js';
import { VOLUMES } from './paths.js';
import { addVolume, editVolume, removeVolume } from './volume-changes.js';
import { imagesOfVolume, volumeActions } from './volume-images.js';
import { listVolumes, volumeOf } from './volumes.js';

export function volumesFace(context: CimiContext): CollectionFace {
  return {
    type: 'Volume',
    path: VOLUMES,
    permission: 'vsys:read',
    list: async () => listVolumes(context),
    get: async (id) => {
      const disk = await context.use.parts.getVDisk(context.call, vdiskId(id));
      return volumeOf(context, disk, await noteOf(context, id, disk.vsysId));
    },
    add: addVolume(context),
    edit: { permission: 'vsys:change', run: async (id, changes) => editVolume(context, id, changes) },
    remove: { permission: 'vsys:change', run: async (id) => removeVolume(context, id) },
    actions: volumeActions(context),
    children: { images: (id) => imagesOfVolume(context, id) },
  };
}
