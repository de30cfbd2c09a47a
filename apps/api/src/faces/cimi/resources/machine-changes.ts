/** What is done to Machines. */
import { snapshotId, vserverId, vsysOfPart, type VServerId, type VsysId } from '@openvsys/vsys';
import { attribute, GIVEN, reference } from '../model/attribute.js';
import { COMMON } from '../model/common.types.js';
import { MACHINE_IMAGE } from '../model/machine.types.js';
import type { PartEdit } from '../../../use-cases/parts/edit-parts.js';
import { namedServer, type NamedEdit } from '../../../use-cases/parts/named-edits.js';
import { changedServer, deletedServer } from '../../../use-cases/parts/server-edits.js';
import type { Accepted } from '../../../use-cases/vsys/accepted.js';
import type { Input } from '../read/input.js';
import { kibOfMib } from '../words/units.js';
import type { CimiContext } from './context.js';
import { isInput } from './credentials.js';
import type { Acting, Adding, Changes, CollectionFace, Outcome } from './face.js';
import { getMachine } from './find.js';
import { captureImage, takeSnapshot } from './image-changes.js';
import { acceptedJob } from './jobs.js';
import { typeOfSize } from './machine-configs.js';
import { machineOf } from './machine-views.js';
import { machineWish, type MachineWish } from './machine-wish.js';
import { newPart, notesBeside } from './new-part.js';
import { noteOf, writeNotes } from './notes.js';
import { idOf, MACHINE_IMAGES } from './paths.js';
import { missing, notServed, wrong } from './wish-errors.js';

const BODY = [...COMMON, attribute('machineTemplate', reference('MachineTemplate'), GIVEN)];

/** `system`: where its collection says so; else the template or the default decides. */
export function addMachine(context: CimiContext, system?: VsysId): Adding {
  return {
    permission: 'vsys:change',
    body: BODY,
    types: ['MachineCreate', 'Machine'],
    run: async (body) => createMachine(context, body, system),
  };
}

async function createMachine(context: CimiContext, body: Input, system?: VsysId): Promise<Outcome> {
  const wish = await machineWish(context, body['machineTemplate']);
  if (system !== undefined && wish.system !== undefined && wish.system !== system)
    throw wrong('machineTemplate', 'of networks and volumes of this system');
  const vsysId =
    system ?? wish.system ?? (await context.use.defaultSystem.execute(context.callFor('default-system')));
  const wantedName = typeof body['name'] === 'string' ? body['name'] : 'machine';
  requireSamePlace(wish, vsysId);
  const named = namedServer({ ...wish.server, vsysId, wantedName });
  const accepted = await context.use.edit.execute(context.call, filledEdit(named, wish.contents));
  const id = newPart(accepted, 'vserver', named.chosen());
  await writeNotes(context, vsysId, id, notesBeside(body, named.chosen()));
  return acceptedMachine(context, accepted, id);
}

async function acceptedMachine(context: CimiContext, accepted: Accepted, id: string): Promise<Outcome> {
  const server = await getMachine(context, id);
  const resource = machineOf(context, server, await noteOf(context, id, server.vsysId));
  return { kind: 'accepted', job: acceptedJob(context, accepted), resource };
}

/** Contents come from the pool of their system, where only that system is sure to be. */
function requireSamePlace({ contents }: MachineWish, vsysId: VsysId): void {
  if (contents === undefined || vsysOfPart(contents.snapshot) === vsysId) return;
  throw wrong('machineTemplate', 'of networks and volumes of the snapshot’s system');
}

/** The system disk of the new server is filled before it is used first. */
function filledEdit(named: NamedEdit, contents: MachineWish['contents']): PartEdit {
  const { edit } = named;
  if (contents === undefined) return edit;
  const { snapshot, disk } = contents;
  return {
    ...edit,
    shape: (next) => ({
      ...next,
      servers: next.servers.map((server) =>
        server.name === named.chosen()
          ? { ...server, systemOrigin: { from: { snapshot, disk }, count: next.generation } }
          : server,
      ),
    }),
  };
}

const act = (permission: Acting['permission'], run: Acting['run']): Acting => ({ permission, run });
export function machineActions(context: CimiContext): NonNullable<CollectionFace['actions']> {
  const { use, call } = context;
  const done = (accepted: Accepted): Outcome => ({ kind: 'accepted', job: acceptedJob(context, accepted) });
  const power = async (id: string, verb: 'start' | 'stop' | 'cut' | 'restart') => {
    const server = await getMachine(context, id);
    return done(await use.power.execute(call, { server: server.id as VServerId, verb }));
  };
  const rest = async (id: string, verb: 'pause' | 'suspend') =>
    done(await use.rest.execute(call, vserverId(id), verb));
  const image = { permission: 'vsys:change', body: [...COMMON, ...MACHINE_IMAGE] } as const;
  const types = ['MachineImage', 'MachineImageCreate'];
  return {
    start: act('vsys:power', async (id) => power(id, 'start')),
    stop: act('vsys:power', async (id, { force }) => power(id, force === true ? 'cut' : 'stop')),
    restart: act('vsys:power', async (id, { force }) => {
      if (force === true) throw notServed('A restart is clean; stop it by force and start it.');
      return power(id, 'restart');
    }),
    pause: act('vsys:power', async (id) => rest(id, 'pause')),
    suspend: act('vsys:power', async (id) => rest(id, 'suspend')),
    capture: { ...image, types, run: async (id, body) => captureImage(context, id, body) },
    snapshot: { ...image, types, run: async (id, body) => takeSnapshot(context, id, body) },
    restore: act('vsys:change', async (id, body) => restore(context, id, body)),
  };
}

async function restore(context: CimiContext, id: string, { image }: Input): Promise<Outcome> {
  const href = isInput(image) ? image['href'] : undefined;
  if (typeof href !== 'string') throw missing('image');
  const { vsysId } = await getMachine(context, id);
  if (!href.startsWith(`${MACHINE_IMAGES}/`)) throw wrong('image', 'a snapshot of the machine');
  const accepted = await context.use.snapshots.revert(context.call, {
    vsysId,
    precondition: undefined,
    snapshot: snapshotId(idOf(href)),
    servers: [vserverId(id)],
  });
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}

/** Another size is another server type; a running machine is stopped and started for it. */
export async function editMachine(context: CimiContext, id: string, changes: Changes): Promise<Outcome> {
  const server = await getMachine(context, id);
  await writeNotes(context, server.vsysId, id, changes);
  const { cpu, memory } = changes;
  const size = {
    cpu: typeof cpu === 'number' ? cpu : server.vcpus,
    memory: typeof memory === 'number' ? memory : kibOfMib(server.memoryMiB),
  };
  const isSame = size.cpu === server.vcpus && size.memory === kibOfMib(server.memoryMiB);
  const type = isSame ? server.type : await typeOfSize(context, size);
  if (type === server.type) {
    const present = await getMachine(context, id);
    return { kind: 'done', resource: machineOf(context, present, await noteOf(context, id, server.vsysId)) };
  }
  const accepted = await context.use.edit.execute(context.call, changedServer(vserverId(id), { type }));
  return acceptedMachine(context, accepted, id);
}

/** Its volumes stay: they are no parts of it. */
export async function removeMachine(context: CimiContext, id: string): Promise<Outcome> {
  await getMachine(context, id);
  const accepted = await context.use.edit.execute(context.call, deletedServer(vserverId(id), 'keep'));
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}
