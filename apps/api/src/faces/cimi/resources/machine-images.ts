/** MachineImages: what servers are made from, and snapshots of them. */
import type { SnapshotRecord } from '@openvsys/persistence';
import { snapshotId, vsysOfPart, type ImageState } from '@openvsys/vsys';
import type { ShownImage } from '../../../use-cases/images/read-images.js';
import type { Representation } from '../model/representation.js';
import { IMAGE_STATES } from '../words/states.js';
import type { CimiContext } from './context.js';
import { MACHINE_IMAGES } from './paths.js';

export const SNAPSHOT_ID = /^[A-Z0-9]{8}-[A-Z0-9]{9}-X-\d{4}$/;

const STATES: Readonly<Record<ImageState, string>> = {
  'awaiting-upload': 'CREATING',
  importing: 'CREATING',
  available: 'AVAILABLE',
  failed: 'ERROR',
  removing: 'DELETING',
  removed: 'DELETING',
};

export async function listImages(context: CimiContext): Promise<Representation[]> {
  const { use, call } = context;
  const images = await context.all((page) => use.images.list(call, {}, page));
  const snapshots = context.may('vsys:read')
    ? await context.all((page) => use.readSnapshots.listAll(call, page))
    : [];
  return [
    ...images.filter(({ kind }) => kind === 'server').map((image) => imageOf(context, image)),
    ...snapshots.map((snapshot) => snapshotImageOf(context, snapshot)),
  ];
}

/** Throws `not-found`. */
export async function getImage(context: CimiContext, id: string): Promise<Representation> {
  const { use, call } = context;
  if (!SNAPSHOT_ID.test(id)) return imageOf(context, await use.images.get(call, referenceOf(id)));
  const snapshot = snapshotId(id);
  return snapshotImageOf(context, await use.readSnapshots.get(call, vsysOfPart(snapshot), snapshot));
}

/** Version 1 goes by its name alone; the others have the version in their id. */
const idOfImage = ({ name, version, reference }: ShownImage): string => (version === 1 ? name : reference);
export const referenceOf = (id: string): string => (id.includes(':') ? id : `${id}:1`);

export function imageOf(context: CimiContext, image: ShownImage): Representation {
  const id = idOfImage(image);
  const path = `${MACHINE_IMAGES}/${encodeURIComponent(id)}`;
  const isRemovable = image.allowedActions.includes('remove') && context.may('image:manage');
  return {
    type: 'MachineImage',
    id: path,
    attributes: {
      name: id,
      description: `${image.title} (${image.os})`,
      state: STATES[image.state],
      type: 'IMAGE',
      // Opaque: where the bits are is the provider’s business.
      imageLocation: `urn:openvsys:image:${encodeURIComponent(image.template)}`,
    },
    operations: isRemovable ? [{ rel: 'delete', href: path }] : [],
  };
}

export function snapshotImageOf(context: CimiContext, snapshot: SnapshotRecord): Representation {
  const path = `${MACHINE_IMAGES}/${snapshot.id}`;
  const isThere = snapshot.state !== 'deleting' && snapshot.state !== 'gone';
  return {
    type: 'MachineImage',
    id: path,
    attributes: {
      name: snapshot.name,
      description: `Snapshot of ${snapshot.servers.join(', ')}`,
      created: snapshot.createdAt,
      updated: snapshot.createdAt,
      state: IMAGE_STATES[snapshot.state],
      type: 'SNAPSHOT',
      imageLocation: `urn:openvsys:snapshot:${snapshot.id}`,
    },
    operations: isThere && context.may('vsys:change') ? [{ rel: 'delete', href: path }] : [],
  };
}
