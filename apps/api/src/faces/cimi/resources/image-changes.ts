/** Takes images and snapshots of machines, and gives them up. */
import { snapshotId, vserverId, vsysOfPart, type SnapshotId } from '@openvsys/vsys';
import { COMMON } from '../model/common.types.js';
import { MACHINE_IMAGE } from '../model/machine.types.js';
import type { Input } from '../read/input.js';
import type { CimiContext } from './context.js';
import type { CollectionFace, Outcome } from './face.js';
import { getMachine } from './find.js';
import { imageJobOf } from './image-jobs.js';
import { acceptedJob } from './jobs.js';
import {
  getImage,
  imageOf,
  listImages,
  referenceOf,
  SNAPSHOT_ID,
  snapshotImageOf,
} from './machine-images.js';
import { idOf, MACHINE_IMAGES, MACHINES } from './paths.js';
import { notServed, wrong } from './wish-errors.js';

export function machineImagesFace(context: CimiContext): CollectionFace {
  return {
    type: 'MachineImage',
    path: MACHINE_IMAGES,
    permission: 'catalog:read',
    list: async () => listImages(context),
    get: async (id) => getImage(context, id),
    add: {
      permission: 'vsys:change',
      body: [...COMMON, ...MACHINE_IMAGE],
      types: ['MachineImage', 'MachineImageCreate'],
      run: async (body) => addImage(context, body),
    },
    remove: { permission: 'vsys:change', run: async (id) => removeImage(context, id) },
  };
}

/** `imageLocation` is a machine: its image is captured, or a snapshot is taken. */
async function addImage(context: CimiContext, body: Input): Promise<Outcome> {
  const location = typeof body['imageLocation'] === 'string' ? body['imageLocation'] : '';
  if (!location.startsWith(`${MACHINES}/`))
    throw notServed('Images are made of machines; others are uploaded through /v1/images.');
  const machine = idOf(location);
  return body['type'] === 'SNAPSHOT'
    ? takeSnapshot(context, machine, body)
    : captureImage(context, machine, body);
}

/** Throws `conflict` for a machine that runs. */
export async function captureImage(context: CimiContext, machine: string, body: Input): Promise<Outcome> {
  requireType(body, 'IMAGE');
  const server = await getMachine(context, machine);
  const { image, operation } = await context.use.captureImage.capture(context.call, {
    name: imageNameOf(body['name'], server.name),
    title: typeof body['description'] === 'string' ? body['description'] : `Image of ${server.name}`,
    server: vserverId(machine),
    snapshot: null,
  });
  return { kind: 'accepted', job: imageJobOf(context, operation), resource: imageOf(context, image) };
}

export async function takeSnapshot(context: CimiContext, machine: string, body: Input): Promise<Outcome> {
  requireType(body, 'SNAPSHOT');
  const { vsysId, name } = await getMachine(context, machine);
  const accepted = await context.use.snapshots.take(context.call, {
    vsysId,
    precondition: undefined,
    wish: {
      name: typeof body['name'] === 'string' ? body['name'] : `Snapshot of ${name}`,
      servers: [machine],
      withMemory: false,
    },
  });
  const [newest = ''] = accepted.parts
    .filter(({ kind }) => kind === 'snapshot')
    .map(({ id }) => id)
    .toSorted()
    .toReversed();
  const record = await context.use.readSnapshots.get(context.call, vsysId, snapshotId(newest));
  return {
    kind: 'accepted',
    job: acceptedJob(context, accepted),
    resource: snapshotImageOf(context, record),
  };
}

function requireType({ type }: Input, wanted: string): void {
  if (type === undefined || type === null || type === wanted) return;
  throw wrong('type', wanted);
}

/** Small letters, digits and hyphens: what descriptors can write. */
function imageNameOf(given: unknown, otherwise: string): string {
  const name = (typeof given === 'string' ? given : otherwise)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  if (name === '') throw wrong('name', 'a name with letters or digits');
  return name;
}

async function removeImage(context: CimiContext, id: string): Promise<Outcome> {
  if (SNAPSHOT_ID.test(id)) return removeSnapshot(context, snapshotId(id));
  const [operation] = await context.use.placeImage.remove(context.call, referenceOf(id));
  return operation === undefined
    ? { kind: 'done' }
    : { kind: 'accepted', job: imageJobOf(context, operation) };
}

async function removeSnapshot(context: CimiContext, snapshot: SnapshotId): Promise<Outcome> {
  const wish = { vsysId: vsysOfPart(snapshot), precondition: undefined, snapshot };
  return {
    kind: 'accepted',
    job: acceptedJob(context, await context.use.snapshots.remove(context.call, wish)),
  };
}
