/** From a machineImage to the name of the image that a server is made of. */
import {
  DomainError,
  snapshotId,
  vserverId,
  vsysOfPart,
  type SnapshotId,
  type VServerId,
} from '@openvsys/vsys';
import type { Input } from '../read/input.js';
import { unknown, type CimiContext } from './context.js';
import { idOf, MACHINE_IMAGES } from './paths.js';
import { missing } from './wish-errors.js';

const SNAPSHOT_ID = /^[A-Z0-9]{8}-[A-Z0-9]{9}-X-\d{4}$/;

/** What the system disk of a new server is made of. */
export interface WishedImage {
  readonly image: string;
  /** The disk is filled with what the snapshot holds of that server. */
  readonly contents?: { readonly snapshot: SnapshotId; readonly disk: VServerId };
}

/** Throws `invalid-request`, `not-found`. */
export async function imageOf(context: CimiContext, { href }: Input): Promise<WishedImage> {
  if (typeof href !== 'string') throw missing('machineTemplate/machineImage/href');
  const name = decodeURIComponent(idOf(href));
  if (!href.startsWith(`${MACHINE_IMAGES}/`)) throw unknown('MachineImage', href);
  if (SNAPSHOT_ID.test(name)) return imageOfSnapshot(context, snapshotId(name));
  return { image: (await context.use.images.get(context.call, name)).reference };
}

/** The same image as the server's that the snapshot is of, so that its disk is as large. */
async function imageOfSnapshot(context: CimiContext, snapshot: SnapshotId): Promise<WishedImage> {
  const { use, call } = context;
  const { servers } = await use.readSnapshots.get(call, vsysOfPart(snapshot), snapshot);
  const [first, second] = servers;
  if (first === undefined || second !== undefined)
    throw new DomainError('conflict', 'The snapshot is of several machines.', {
      remedy: 'Take one of the machine alone.',
    });
  const disk = vserverId(first);
  const { image } = await use.parts.getVServer(call, disk);
  const all = await context.all((page) => use.images.list(call, {}, page));
  const like = all.find((each) => each.template === image || each.name === image);
  if (like === undefined)
    throw new DomainError('conflict', `The image “${image}” of the machine is not there any more.`);
  return { image: like.reference, contents: { snapshot, disk } };
}
