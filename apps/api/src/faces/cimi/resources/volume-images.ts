/** VolumeImages: back-ups of data disks. They outlive their volume and its system. */
import type { BackupRecord } from '@openvsys/persistence';
import { backupId, vdiskId } from '@openvsys/vsys';
import { COMMON } from '../model/common.types.js';
import type { Representation } from '../model/representation.js';
import { VOLUME_IMAGE } from '../model/storage.types.js';
import type { Input } from '../read/input.js';
import { IMAGE_STATES } from '../words/states.js';
import type { CimiContext } from './context.js';
import { isInput } from './credentials.js';
import type { Acting, CollectionFace, Outcome } from './face.js';
import { joinFace } from './joins.js';
import { acceptedJob } from './jobs.js';
import { idOf, VOLUME_IMAGES, VOLUMES } from './paths.js';
import { missing, notServed } from './wish-errors.js';

const DISK_ID = /-D-\d{4}$/;
const BODY = [...COMMON, ...VOLUME_IMAGE];
const TYPES = ['VolumeImage', 'VolumeImageCreate'];

export function volumeImagesFace(context: CimiContext): CollectionFace {
  const { use, call } = context;
  return {
    type: 'VolumeImage',
    path: VOLUME_IMAGES,
    permission: 'vsys:read',
    list: async () => (await backupsOf(context)).map((backup) => imageOfBackup(context, backup)),
    get: async (id) => imageOfBackup(context, await use.backups.get(call, backupId(id))),
    add: {
      permission: 'vsys:change',
      body: BODY,
      types: TYPES,
      run: async (body) => addImage(context, body),
    },
    remove: {
      permission: 'vsys:change',
      run: async (id) => {
        const accepted = await use.changeBackups.remove(call, backupId(id));
        return { kind: 'accepted', job: acceptedJob(context, accepted) };
      },
    },
  };
}

/** Those of system disks belong to machines; they are restored through the REST API. */
async function backupsOf(context: CimiContext, source?: string): Promise<readonly BackupRecord[]> {
  const backups = await context.all((page) => context.use.backups.list(context.call, { source }, page));
  return backups.filter((backup) => DISK_ID.test(backup.source));
}

function imageOfBackup(context: CimiContext, backup: BackupRecord): Representation {
  const path = `${VOLUME_IMAGES}/${backup.id}`;
  const isThere = backup.state !== 'deleting' && backup.state !== 'gone';
  return {
    type: 'VolumeImage',
    id: path,
    attributes: {
      name: backup.name,
      description: `Of ${backup.sourceName} in ${backup.vsysName}`,
      created: backup.createdAt,
      updated: backup.createdAt,
      state: IMAGE_STATES[backup.state],
      imageLocation: `urn:openvsys:backup:${backup.id}`,
      bootable: false,
    },
    operations: isThere && context.may('vsys:change') ? [{ rel: 'delete', href: path }] : [],
  };
}

async function addImage(context: CimiContext, body: Input): Promise<Outcome> {
  const { imageLocation } = body;
  if (typeof imageLocation !== 'string') throw missing('imageLocation');
  if (!imageLocation.startsWith(`${VOLUMES}/`)) throw notServed('Images of volumes are made of volumes.');
  return takeImage(context, idOf(imageLocation), body);
}

async function takeImage(context: CimiContext, volume: string, { name }: Input): Promise<Outcome> {
  const { use, call } = context;
  const { accepted, backup } = await use.changeBackups.take(call, {
    name: typeof name === 'string' ? name : `Image of ${volume}`,
    source: vdiskId(volume),
    onDeletion: 'stay',
  });
  const resource = imageOfBackup(context, await use.backups.get(call, backup));
  return { kind: 'accepted', job: acceptedJob(context, accepted), resource };
}

export function imagesOfVolume(context: CimiContext, volume: string): CollectionFace {
  return joinFace(context, {
    type: 'VolumeVolumeImage',
    target: 'VolumeImage',
    attribute: 'volumeImage',
    path: `${VOLUMES}/${volume}/images`,
    permission: 'vsys:read',
    list: async () => {
      await context.use.parts.getVDisk(context.call, vdiskId(volume));
      return (await backupsOf(context, volume)).map((backup) => imageOfBackup(context, backup));
    },
  });
}

/** `snapshot` is a word of both versions, `restore` of the second; nobody is hurt by it in the first. */
export function volumeActions(context: CimiContext): Readonly<Record<string, Acting>> {
  return {
    snapshot: {
      permission: 'vsys:change',
      body: BODY,
      types: TYPES,
      run: async (id, body) => takeImage(context, id, body),
    },
    restore: {
      permission: 'vsys:change',
      run: async (id, { image }) => {
        const href = isInput(image) ? image['href'] : undefined;
        if (typeof href !== 'string') throw missing('image');
        const accepted = await context.use.restoreBackup.toDisk(context.call, {
          backup: backupId(idOf(href)),
          disk: vdiskId(id),
          running: 'refuse',
        });
        return { kind: 'accepted', job: acceptedJob(context, accepted) };
      },
    },
  };
}
