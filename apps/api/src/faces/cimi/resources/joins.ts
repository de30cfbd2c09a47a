/** The join resources of version 1: between a whole and what belongs to it stands a resource with nothing but a reference. */
import type { Permission } from '@openvsys/vsys';
import { ref, type Representation } from '../model/representation.js';
import type { TypeName } from '../model/type-names.js';
import { unknown, type CimiContext } from './context.js';
import type { Adding, CollectionFace } from './face.js';

export interface Joined {
  readonly type: TypeName;
  /** Type of what is joined. */
  readonly target: TypeName;
  /** Attribute of the reference. */
  readonly attribute: string;
  readonly path: string;
  readonly permission: Permission;
  /** What is joined, as the collections of version 2 show it themselves. */
  readonly list: () => Promise<readonly Representation[]>;
  /** New things of that kind are made in the whole at once. */
  readonly add?: Adding;
}

/** In version 2 the things themselves. */
export function joinFace(
  context: CimiContext,
  { type, target, attribute, path, permission, list, add }: Joined,
): CollectionFace {
  const entries = async (): Promise<readonly Representation[]> => {
    const targets = await list();
    return context.dialect.version === 2
      ? targets
      : targets.map((each) => joinOf(each, type, attribute, path));
  };
  return {
    type: context.dialect.version === 2 ? target : type,
    path,
    permission,
    list: entries,
    ...(add === undefined ? {} : { add }),
    get: async (id) => {
      const found = (await entries()).find((each) => each.id.endsWith(`/${id}`));
      if (found === undefined) throw unknown(type, id);
      return found;
    },
  };
}

function joinOf(
  { id, attributes }: Representation,
  type: TypeName,
  attribute: string,
  path: string,
): Representation {
  const last = id.slice(id.lastIndexOf('/') + 1);
  return {
    type,
    id: `${path}/${last}`,
    attributes: { name: attributes['name'], [attribute]: ref(id) },
    operations: [],
  };
}
