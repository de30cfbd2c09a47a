/** What is done to Systems. */
import { vsysId, type VsysId } from '@openvsys/vsys';
import { preconditionOf } from '../../../http/etag.js';
import { checkPrecondition } from '../../../use-cases/precondition.js';
import { changeOf } from '../../../use-cases/vsys/design-change.js';
import type { DesignSource } from '../../../use-cases/vsys/design-source.js';
import { newSystemOf } from '../../../use-cases/vsys/new-system.js';
import { attribute, GIVEN, reference } from '../model/attribute.js';
import { COMMON } from '../model/common.types.js';
import type { Input } from '../read/input.js';
import { OVF_TYPE, ovfOf } from '../words/ovf.js';
import type { CimiContext } from './context.js';
import { isInput } from './credentials.js';
import { descriptorName, designOfComponents } from './design-of-components.js';
import type { Acting, Adding, Changes, CollectionFace, Document, Outcome } from './face.js';
import { acceptedJob } from './jobs.js';
import { writeNotes } from './notes.js';
import { packageOf, readPackage, requireFormat } from './packages.js';
import { idOf, SYSTEM_TEMPLATES, SYSTEMS } from './paths.js';
import { getSystem } from './system-views.js';
import { exportedSystem, templateOf } from './exported-system.js';
import { missing, wrong } from './wish-errors.js';

export function addSystem(context: CimiContext): Adding {
  return {
    permission: 'vsys:create',
    body: [...COMMON, attribute('systemTemplate', reference('SystemTemplate'), GIVEN)],
    types: ['SystemCreate', 'System'],
    run: async (body) => createSystem(context, body),
  };
}

interface Source {
  readonly design: DesignSource;
  /** Names as they were written, by those of the parts. */
  readonly labels: ReadonlyMap<string, string>;
  readonly name: string;
}

async function createSystem(context: CimiContext, body: Input): Promise<Outcome> {
  const given = body['systemTemplate'];
  if (!isInput(given)) throw missing('systemTemplate');
  return makeSystem(context, body, await sourceOf(context, given, nameOf(body)));
}

const nameOf = ({ name }: Input): string | undefined => (typeof name === 'string' ? name : undefined);

/** Components in the request take the place of those of a template. */
async function sourceOf(context: CimiContext, given: Input, name = 'system'): Promise<Source> {
  const { href, componentDescriptors } = given;
  if (componentDescriptors === undefined && typeof href === 'string') {
    if (!href.startsWith(`${SYSTEM_TEMPLATES}/`)) throw wrong('systemTemplate/href', 'a SystemTemplate');
    const stored = templateOf(decodeURIComponent(idOf(href)));
    return { design: { kind: 'stored', ...stored }, labels: new Map(), name };
  }
  const { document, labels } = await designOfComponents(context, descriptorName(name), componentDescriptors);
  return { design: { kind: 'text', text: JSON.stringify(document) }, labels, name };
}

async function makeSystem(
  context: CimiContext,
  body: Input,
  { design, labels, name }: Source,
): Promise<Outcome> {
  const { use, call } = context;
  const vdc = await use.defaultSystem.vdc(call);
  const command = newSystemOf({ name, vdcId: vdc.id, design, parameters: {}, onFailure: 'rollback' });
  const accepted = await use.create.execute(call, command);
  const { vsysId: id } = accepted;
  const { description, properties } = body;
  await writeNotes(context, id, id, { description, properties });
  for (const part of accepted.parts) {
    const label = part.kind === 'nic' ? undefined : labels.get(part.name);
    if (label !== undefined) await writeNotes(context, id, part.id, { name: label });
  }
  return { kind: 'accepted', job: acceptedJob(context, accepted), resource: await getSystem(context, id) };
}

/** What takes the place of a package's own name: two systems of a VDC are never called the same. */
export async function importSystem(context: CimiContext, body: Input): Promise<Outcome> {
  const text = await readPackage(context, body);
  const { metadata } = await context.use.descriptors.check(context.call, text);
  const properties = isInput(body['properties']) ? body['properties'] : {};
  const name = typeof properties['name'] === 'string' ? properties['name'] : metadata.name;
  return makeSystem(context, {}, { design: { kind: 'text', text }, labels: new Map(), name });
}

export async function editSystem(context: CimiContext, id: VsysId, changes: Changes): Promise<Outcome> {
  const { use, call, ifMatch } = context;
  const { name, description, properties } = changes;
  const present = await getSystem(context, id);
  const precondition = preconditionOf(ifMatch);
  if (typeof name !== 'string' || name === present.attributes['name']) {
    checkPrecondition(precondition, Number(present.version));
    await writeNotes(context, id, id, { description, properties });
    return { kind: 'done', resource: await getSystem(context, id) };
  }
  const command = { vsysId: id, precondition, name, onFailure: 'rollback' } as const;
  const accepted = await use.change.execute(
    call,
    changeOf({ ...command, design: undefined, parameters: undefined }),
  );
  await writeNotes(context, id, id, { description, properties });
  return { kind: 'accepted', job: acceptedJob(context, accepted), resource: await getSystem(context, id) };
}

/** As its VDC has it: for good, or into the recycle bin. */
export async function removeSystem(context: CimiContext, id: VsysId): Promise<Outcome> {
  const precondition = preconditionOf(context.ifMatch);
  const accepted = await context.use.remove.execute(context.call, { vsysId: id, precondition, way: 'bin' });
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}

export function systemActions(context: CimiContext): NonNullable<CollectionFace['actions']> {
  const { use, call } = context;
  const power = (verb: 'start' | 'stop' | 'restart'): Acting => ({
    permission: 'vsys:power',
    run: async (id) => {
      const command = { vsysId: vsysId(id), precondition: undefined, verb };
      return { kind: 'accepted', job: acceptedJob(context, await use.wholePower.execute(call, command)) };
    },
  });
  return {
    start: power('start'),
    stop: power('stop'),
    restart: power('restart'),
    export: {
      permission: 'vsys:read',
      run: async (id, body) => {
        const format = requireFormat(body);
        await exportedSystem(context, id);
        return { kind: 'done', location: `${SYSTEMS}/${id}/${format === 'ovf' ? 'envelope' : 'package'}` };
      },
    },
  };
}

/** Throws `not-found`. */
export async function systemEnvelope({ use, call }: CimiContext, id: string): Promise<Document> {
  const { vsys } = await use.vsys.get(call, vsysId(id));
  return { contentType: OVF_TYPE, text: ovfOf(vsys.name, vsys.spec) };
}

export const systemPackage = async (context: CimiContext, id: string) =>
  packageOf(await exportedSystem(context, id));
