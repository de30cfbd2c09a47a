/**
 * What tenants store to make things from: templates, configurations, credentials. Directly created, shown, updated and deleted;
 * `builtIn` ones are the provider's and stay as they are.
 */
import type { StoredTemplateRecord } from '@openvsys/persistence';
import { DomainError, type Permission } from '@openvsys/vsys';
import { type Representation } from '../model/representation.js';
import { attributesOf, ownAttributesOf } from '../model/resource-types.js';
import type { TypeName } from '../model/type-names.js';
import type { Input } from '../read/input.js';
import type { CimiContext } from './context.js';
import type { CollectionFace, Outcome } from './face.js';

export interface StoredKind {
  readonly type: TypeName;
  readonly path: string;
  /** Throws `invalid-request` for what could never be used. */
  readonly check?: (document: Input) => void;
  readonly builtIn?: (context: CimiContext) => Promise<readonly Representation[]>;
}

const READ: Permission = 'descriptor:read';
const WRITE: Permission = 'descriptor:write';

export function storedFace(context: CimiContext, kind: StoredKind): CollectionFace {
  const { use, call } = context;
  const { type, path } = kind;
  const builtIn = async () => (await kind.builtIn?.(context)) ?? [];
  return {
    type,
    path,
    permission: READ,
    list: async () => {
      const stored = await context.all((page) => use.templates.list(call, type, page));
      return [...(await builtIn()), ...stored.map((record) => storedOf(context, kind, record))];
    },
    get: async (id) => {
      const own = (await builtIn()).find((each) => each.id === `${path}/${id}`);
      return own ?? storedOf(context, kind, await use.templates.get(call, type, id));
    },
    add: {
      permission: WRITE,
      body: attributesOf(type),
      // Some write it as if it were made from a template.
      types: [type, `${type}Create`],
      run: async (body) => done(storedOf(context, kind, await create(context, kind, body))),
    },
    ...changesOf(context, kind, builtIn),
  };
}

function changesOf(
  context: CimiContext,
  kind: StoredKind,
  builtIn: () => Promise<readonly Representation[]>,
): Pick<CollectionFace, 'edit' | 'remove'> {
  const { use, call } = context;
  const { type, path } = kind;
  return {
    edit: {
      permission: WRITE,
      run: async (id, changes) => {
        await refuseBuiltIn(builtIn, path, id);
        const changed = await use.templates.change(call, { kind: type, id }, (present) => {
          requireVersion(context, present);
          return wishOf(kind, { ...partsOf(present), ...changes });
        });
        return done(storedOf(context, kind, changed));
      },
    },
    remove: {
      permission: WRITE,
      run: async (id) => {
        await refuseBuiltIn(builtIn, path, id);
        await use.templates.remove(call, { kind: type, id }, (present) => requireVersion(context, present));
        return { kind: 'done' };
      },
    },
  };
}

const done = (resource: Representation): Outcome => ({ kind: 'done', resource });

async function create(context: CimiContext, kind: StoredKind, body: Input): Promise<StoredTemplateRecord> {
  return context.use.templates.create(context.call, kind.type, wishOf(kind, body));
}

export function wishOf({ type, check }: StoredKind, body: Input) {
  const own = ownAttributesOf(type).map(({ name }) => name);
  const document = Object.fromEntries(
    own.flatMap((name) => (body[name] === undefined || body[name] === null ? [] : [[name, body[name]]])),
  );
  check?.(document);
  return {
    name: textOf(body['name']),
    description: textOf(body['description']),
    properties: (body['properties'] ?? {}) as Readonly<Record<string, string>>,
    document,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function partsOf({ name, description, properties, document }: StoredTemplateRecord): Input {
  return { ...document, name, description, properties };
}

export function storedOf(
  context: CimiContext,
  { type, path }: StoredKind,
  record: StoredTemplateRecord,
): Representation {
  const { id, name, description, properties, document, createdAt, changedAt, version } = record;
  const own = `${path}/${id}`;
  return {
    type,
    id: own,
    attributes: { ...document, name, description, properties, created: createdAt, updated: changedAt },
    operations: context.may(WRITE)
      ? [
          { rel: 'edit', href: own },
          { rel: 'delete', href: own },
        ]
      : [],
    version: String(version),
  };
}

async function refuseBuiltIn(
  builtIn: () => Promise<readonly Representation[]>,
  path: string,
  id: string,
): Promise<void> {
  if (!(await builtIn()).some((each) => each.id === `${path}/${id}`)) return;
  throw new DomainError('conflict', `${id} is the provider’s and stays as it is.`, { retry: 'never' });
}

/** ETags of stored things are their versions. */
function requireVersion({ ifMatch }: CimiContext, { version }: StoredTemplateRecord): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const tags = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (tags.includes(`"${version}"`)) return;
  throw new DomainError('stale', `It was changed meanwhile: its version is ${version}.`, {
    remedy: 'GET it again, look at what changed, and repeat with the new ETag.',
  });
}
