/** ResourceMetadata: what the types can do here, and what may be set when. From the same tables that requests are read with. */
import type { Attribute, AttributeKind } from '../model/attribute.js';
import { EXTENSION_NAMESPACE, type Dialect } from '../model/dialect.js';
import type { Representation } from '../model/representation.js';
import { existsIn, ownAttributesOf } from '../model/resource-types.js';
import { TYPE_NAMES, type TypeName } from '../model/type-names.js';
import { CAPABILITIES, EXTENSION_ACTIONS } from '../words/capabilities.js';
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { found } from './find.js';

export const METADATA = 'resource_metadata';

export function metadataFace({ dialect }: CimiContext): CollectionFace {
  const list = async () =>
    TYPE_NAMES.filter((type) => isIn(dialect, type)).map((type) => metadataOf(dialect, type));
  return {
    type: 'ResourceMetadata',
    path: METADATA,
    permission: 'catalog:read',
    list,
    get: async (id) => found(await list(), 'ResourceMetadata', id),
  };
}

/** Types of one version only. */
const ONLY_IN_2: ReadonlySet<TypeName> = new Set([
  'ProtocolSegment',
  'ProtocolEndpoint',
  'NetworkInterface',
  'NetworkService',
]);
const ONLY_IN_1 =
  /^(?:System(?!$|Template$).*|Machine(?:Volume|NetworkInterface.*|Snapshot)|Efm|Address.*|Forwarding.*|NetworkPort.*|NetworkConfiguration|NetworkNetworkPort|VolumeVolumeImage)$/;

export function isIn({ version }: Dialect, type: TypeName): boolean {
  return version === 1 ? !ONLY_IN_2.has(type) : !ONLY_IN_1.test(type);
}

function metadataOf(dialect: Dialect, type: TypeName): Representation {
  const attributes = ownAttributesOf(type).filter(existsIn(dialect.version));
  return {
    type: 'ResourceMetadata',
    id: `${METADATA}/${idOfType(type)}`,
    attributes: {
      typeURI: type,
      name: type,
      attributes: attributes.map(constraintOf),
      capabilities: (CAPABILITIES[type] ?? []).map(({ name, description, value }) => ({
        name,
        uri: `capability/${type}/${name}`,
        description,
        value,
      })),
      actions: EXTENSION_ACTIONS[type],
    },
    operations: [],
  };
}

/** `MachineImage` → `machine_image` */
const idOfType = (type: TypeName): string =>
  type.replaceAll(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

const EXTENSIONS: ReadonlySet<string> = new Set(['efms', 'realm']);

function constraintOf({ name, kind, create, update, mandatory }: Attribute): Record<string, unknown> {
  return {
    name,
    namespace: EXTENSIONS.has(name) ? EXTENSION_NAMESPACE : undefined,
    type: typeOf(kind),
    required: mandatory,
    providerMandatory: mandatory,
    consumerMandatory: false,
    mutable: create || update || name === 'state',
    consumerWritable: update,
  };
}

function typeOf(kind: AttributeKind): string {
  if (typeof kind !== 'string')
    return kind.kind === 'reference' && kind.isCollection === true ? 'collection' : kind.kind;
  return XML_TYPES[kind] ?? kind;
}
const XML_TYPES: Readonly<Record<string, string>> = {
  text: 'string',
  instant: 'dateTime',
  uri: 'URI',
  term: 'URI',
};
