/** Name, description and properties of a system or part, as the tenant noted them. */
import type { AnnotationRecord } from '@openvsys/persistence';
import type { VsysId } from '@openvsys/vsys';
import type { CimiContext } from './context.js';
import type { Changes } from './face.js';

export type Notes = ReadonlyMap<string, AnnotationRecord>;

export function noted(notes: Notes, id: string, name: string): Record<string, unknown> {
  const note = notes.get(id);
  return {
    name: note?.name ?? name,
    description: note?.description,
    updated: note?.changedAt ?? undefined,
    properties: note?.properties,
  };
}

export async function notesOf(context: CimiContext, vsysId?: VsysId): Promise<Notes> {
  return context.use.annotate.list(context.call, { vsysId });
}

export async function noteOf(context: CimiContext, resource: string, vsysId: VsysId): Promise<Notes> {
  return context.use.annotate.list(context.call, { vsysId, resources: [resource] });
}

/** Writes what of the changes are notes; `name` only where the part cannot be renamed otherwise. */
export async function writeNotes(
  context: CimiContext,
  vsysId: VsysId,
  resource: string,
  changes: Changes,
): Promise<void> {
  const wish = {
    name: text(changes['name']),
    description: text(changes['description']),
    properties: map(changes),
  };
  if (Object.values(wish).every((each) => each === undefined)) return;
  await context.use.annotate.change(context.callFor(`note-${resource}`), vsysId, resource, wish);
}

const text = (value: unknown): string | null | undefined =>
  value === null || typeof value === 'string' ? value : undefined;

function map({ properties }: Changes): Readonly<Record<string, string>> | null | undefined {
  if (properties === null || properties === undefined) return properties;
  return properties as Readonly<Record<string, string>>;
}
