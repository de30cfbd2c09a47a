/** MachineImages: what servers are made from, and snapshots of them. */
import type { ImageRecord, SnapshotRecord } from '@openvsys/persistence';
import { snapshotId, vsysOfPart } from '@openvsys/vsys';
import { ref, type Representation } from '../model/representation.js';
import { IMAGE_STATES } from '../words/states.js';
import { unknown, type CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { getMachine } from './find.js';
import { joinFace } from './joins.js';
import { MACHINE_IMAGES, MACHINES } from './paths.js';

const SNAPSHOT_ID = /^[A-Z0-9]{8}-[A-Z0-9]{9}-X-\d{4}$/;

export function machineImagesFace(context: CimiContext): CollectionFace {
  return {
    type: 'MachineImage',
    path: MACHINE_IMAGES,
    permission: 'catalog:read',
    list: async () => [...(await listCatalogImages(context)), ...(await listAllSnapshots(context))],
    get: async (id) => (SNAPSHOT_ID.test(id) ? getSnapshotImage(context, id) : getCatalogImage(context, id)),
  };
}

async function listCatalogImages(context: CimiContext): Promise<Representation[]> {
  const images = await context.all((page) => context.use.catalog.listImages(page));
  return images.filter(({ kind, deprecated }) => kind === 'server' && !deprecated).map(catalogImageOf);
}

async function getCatalogImage(context: CimiContext, name: string): Promise<Representation> {
  const images = await context.all((page) => context.use.catalog.listImages(page));
  const image = images.find((each) => each.name === name && each.kind === 'server');
  if (image === undefined) throw unknown('MachineImage', name);
  return catalogImageOf(image);
}

function catalogImageOf({ name, title, os }: ImageRecord): Representation {
  return {
    type: 'MachineImage',
    id: `${MACHINE_IMAGES}/${encodeURIComponent(name)}`,
    attributes: {
      name,
      description: `${title} (${os})`,
      state: 'AVAILABLE',
      type: 'IMAGE',
      // Opaque: where the bits are is the provider's business.
      imageLocation: `urn:openvsys:image:${encodeURIComponent(name)}`,
    },
    operations: [],
  };
}

/** Of all systems that have any. */
async function listAllSnapshots(context: CimiContext): Promise<Representation[]> {
  if (!context.may('vsys:read')) return [];
  const snapshots = await context.all((page) => context.use.readSnapshots.listAll(context.call, page));
  return snapshots.map((snapshot) => snapshotImageOf(context, snapshot));
}

async function getSnapshotImage(context: CimiContext, id: string): Promise<Representation> {
  const snapshot = snapshotId(id);
  const record = await context.use.readSnapshots.get(context.call, vsysOfPart(snapshot), snapshot);
  return snapshotImageOf(context, record);
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

export function snapshotsOfMachine(context: CimiContext, machine: string): CollectionFace {
  return joinFace(context, {
    type: 'MachineSnapshot',
    target: 'MachineImage',
    attribute: 'snapshot',
    path: `${MACHINES}/${machine}/snapshots`,
    permission: 'vsys:read',
    list: async () => {
      const { vsysId } = await getMachine(context, machine);
      const snapshots = await context.all((page) =>
        context.use.readSnapshots.list(context.call, vsysId, page),
      );
      return snapshots
        .filter(({ servers }) => servers.includes(machine))
        .map((snapshot) => snapshotImageOf(context, snapshot));
    },
  });
}

export const imageRef = (name: string) => ref(`${MACHINE_IMAGES}/${encodeURIComponent(name)}`);
