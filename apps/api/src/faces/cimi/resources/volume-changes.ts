/** What is done to Volumes. */
import { backupId, vdiskId, vserverId, vsysOfPart, type VsysId } from '@openvsys/vsys';
import { attachedDisk, deletedDisk, detachedDisk, grownDisk } from '../../../use-cases/parts/disk-edits.js';
import { partNameOf } from '../../../use-cases/parts/free-name.js';
import { namedDisk } from '../../../use-cases/parts/named-edits.js';
import { attribute, GIVEN, reference } from '../model/attribute.js';
import { COMMON } from '../model/common.types.js';
import { MACHINE_VOLUME } from '../model/machine.types.js';
import type { Input } from '../read/input.js';
import { gibOfKilobytes } from '../words/units.js';
import type { CimiContext } from './context.js';
import { isInput, withTemplate } from './credentials.js';
import type { Adding, Changes, Outcome } from './face.js';
import { getMachine } from './find.js';
import { acceptedJob } from './jobs.js';
import { machineVolumeOf } from './machine-views.js';
import { newPart, notesBeside } from './new-part.js';
import { noteOf, writeNotes } from './notes.js';
import { idOf } from './paths.js';
import { volumeOf } from './volumes.js';
import { capacityOf } from './volume-wish.js';
import { attached, missing, wrong } from './wish-errors.js';

const BODY = [...COMMON, attribute('volumeTemplate', reference('VolumeTemplate'), GIVEN)];

export function addVolume(context: CimiContext, system?: VsysId): Adding {
  return {
    permission: 'vsys:change',
    body: BODY,
    types: ['VolumeCreate', 'Volume'],
    run: async (body) => createVolume(context, body, system),
  };
}

async function createVolume(context: CimiContext, body: Input, system?: VsysId): Promise<Outcome> {
  const given = body['volumeTemplate'];
  if (!isInput(given)) throw missing('volumeTemplate');
  const template = await withTemplate(context, 'VolumeTemplate', given);
  if (isInput(template['volumeImage'])) return restoreVolume(context, body, template, system);
  const sizeGiB = gibOfKilobytes(await capacityOf(context, template));
  const vsysId = system ?? (await context.use.defaultSystem.execute(context.callFor('default-system')));
  const named = namedDisk(vsysId, typeof body['name'] === 'string' ? body['name'] : 'volume', { sizeGiB });
  const accepted = await context.use.edit.execute(context.call, named.edit);
  const id = newPart(accepted, 'vdisk', named.chosen());
  await writeNotes(context, vsysId, id, notesBeside(body, named.chosen()));
  return {
    kind: 'accepted',
    job: acceptedJob(context, accepted),
    resource: await presentVolume(context, id),
  };
}

/** A new volume with the contents of an image, in the system of the image unless another one is named. */
async function restoreVolume(
  context: CimiContext,
  body: Input,
  { volumeImage }: Input,
  system: VsysId | undefined,
): Promise<Outcome> {
  const href = isInput(volumeImage) ? volumeImage['href'] : undefined;
  if (typeof href !== 'string') throw missing('volumeTemplate/volumeImage/href');
  const wanted = typeof body['name'] === 'string' ? body['name'] : 'volume';
  const name = partNameOf(wanted, 'volume');
  const accepted = await context.use.restoreBackup.toNewDisk(context.call, {
    backup: backupId(idOf(href)),
    vsysId: system,
    name,
  });
  const id = newPart(accepted, 'vdisk', name);
  await writeNotes(context, accepted.vsysId, id, notesBeside(body, name));
  return {
    kind: 'accepted',
    job: acceptedJob(context, accepted),
    resource: await presentVolume(context, id),
  };
}

async function presentVolume(context: CimiContext, id: string) {
  const disk = await context.use.parts.getVDisk(context.call, vdiskId(id));
  return volumeOf(context, disk, await noteOf(context, id, disk.vsysId));
}

/** Volumes only grow. */
export async function editVolume(context: CimiContext, id: string, changes: Changes): Promise<Outcome> {
  const disk = await context.use.parts.getVDisk(context.call, vdiskId(id));
  await writeNotes(context, disk.vsysId, id, changes);
  const { capacity } = changes;
  const sizeGiB = typeof capacity === 'number' ? gibOfKilobytes(capacity) : disk.sizeGiB;
  if (sizeGiB < disk.sizeGiB) throw wrong('capacity', 'no smaller than it is: volumes only grow');
  if (sizeGiB === disk.sizeGiB) return { kind: 'done', resource: await presentVolume(context, id) };
  const accepted = await context.use.edit.execute(context.call, grownDisk(vdiskId(id), sizeGiB));
  return {
    kind: 'accepted',
    job: acceptedJob(context, accepted),
    resource: await presentVolume(context, id),
  };
}

/** Throws `conflict` while it is attached. */
export async function removeVolume(context: CimiContext, id: string): Promise<Outcome> {
  const { vserverId: holder, name } = await context.use.parts.getVDisk(context.call, vdiskId(id));
  if (holder !== null) throw attached(name, holder);
  const accepted = await context.use.edit.execute(context.call, deletedDisk(vdiskId(id)));
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}

export function addMachineVolume(context: CimiContext, machine: string): Adding {
  return {
    permission: 'vsys:change',
    body: [...COMMON, ...MACHINE_VOLUME],
    types: ['MachineVolume', 'MachineVolumeCreate'],
    run: async ({ volume }) => {
      const href = isInput(volume) ? volume['href'] : undefined;
      if (typeof href !== 'string') throw missing('volume');
      const outcome = await attachVolume(context, machine, idOf(href));
      const disk = await context.use.parts.getVDisk(context.call, vdiskId(idOf(href)));
      return { ...outcome, resource: machineVolumeOf(context, machine, disk) };
    },
  };
}

/** Throws `invalid-request` for a volume of another system, `conflict` for one that is attached already. */
export async function attachVolume(context: CimiContext, machine: string, volume: string): Promise<Outcome> {
  await getMachine(context, machine);
  const disk = vdiskId(volume);
  if (vsysOfPart(disk) !== vsysOfPart(vserverId(machine)))
    throw wrong('volume', 'one of the system of the machine');
  const accepted = await context.use.edit.execute(context.call, attachedDisk(disk, vserverId(machine)));
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}

/** The volume stays. */
export async function detachVolume(context: CimiContext, volume: string): Promise<Outcome> {
  const accepted = await context.use.edit.execute(context.call, detachedDisk(vdiskId(volume)));
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}
