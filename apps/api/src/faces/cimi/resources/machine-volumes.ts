/**
 * Volumes of a Machine. In version 1 a MachineVolume stands for each: made to attach, deleted to detach. In version 2 they are
 * the volumes themselves, inserted and removed by actions.
 */
import { vdiskId } from '@openvsys/vsys';
import type { Representation } from '../model/representation.js';
import type { CimiContext } from './context.js';
import { isInput } from './credentials.js';
import type { Acting, CollectionFace } from './face.js';
import { found, getMachine } from './find.js';
import { machineVolumeOf } from './machine-views.js';
import { notesOf } from './notes.js';
import { idOf, MACHINES } from './paths.js';
import { addMachineVolume, attachVolume, detachVolume } from './volume-changes.js';
import { volumeOf } from './volumes.js';
import { missing } from './wish-errors.js';

export function machineVolumesFace(context: CimiContext, machine: string): CollectionFace {
  const isV1 = context.dialect.version === 1;
  const path = `${MACHINES}/${machine}/volumes`;
  const list = async () => volumesOfMachine(context, machine);
  const common = {
    path,
    permission: 'vsys:read',
    list,
    get: async (id: string) => found(await list(), 'volume of the Machine', id),
  } as const;
  if (!isV1) return { ...common, type: 'Volume', ...insertions(context, machine, path) };
  return {
    ...common,
    type: 'MachineVolume',
    add: addMachineVolume(context, machine),
    remove: { permission: 'vsys:change', run: async (volume) => detachVolume(context, volume) },
  };
}

async function volumesOfMachine(context: CimiContext, machine: string): Promise<readonly Representation[]> {
  const { vsysId } = await getMachine(context, machine);
  const disks = await context.all((page) => context.use.parts.listVDisks(context.call, { vsysId }, page));
  const own = disks.filter((disk) => disk.vserverId === machine);
  if (context.dialect.version === 1) return own.map((disk) => machineVolumeOf(context, machine, disk));
  const notes = await notesOf(context, vsysId);
  return own.map((disk) => volumeOf(context, disk, notes));
}

function insertions(
  context: CimiContext,
  machine: string,
  path: string,
): Pick<CollectionFace, 'operations' | 'ownActions'> {
  const operations = ['insert', 'remove'].map((rel) => ({ rel, href: `${path}/${rel}` }));
  return {
    operations: context.may('vsys:change') ? operations : [],
    ownActions: {
      insert: onVolume(async (volume) => attachVolume(context, machine, volume)),
      remove: onVolume(async (volume) => detachVolume(context, volume)),
    },
  };
}

/** An action that names a volume. */
function onVolume(run: (volume: string) => ReturnType<Acting['run']>): Acting {
  return {
    permission: 'vsys:change',
    run: async (_id, { volume }) => {
      const href = isInput(volume) ? volume['href'] : undefined;
      if (typeof href !== 'string') throw missing('volume');
      return run(vdiskId(idOf(href)));
    },
  };
}
