/** SystemTemplates: descriptors, the provider's and the tenant's own. A version never changes. */
import type { DescriptorRecord } from '@openvsys/persistence';
import { descriptorOf } from '@openvsys/vsys';
import { COMMON } from '../model/common.types.js';
import type { Operation, Representation } from '../model/representation.js';
import { SYSTEM_TEMPLATE } from '../model/system.types.js';
import type { Input } from '../read/input.js';
import { componentsOf } from './components-of-design.js';
import type { CimiContext } from './context.js';
import { isInput } from './credentials.js';
import { descriptorName, designOfComponents } from './design-of-components.js';
import { exportedTemplate, templateOf } from './exported-system.js';
import type { CollectionFace, Outcome } from './face.js';
import { packageOf, readPackage, requireFormat } from './packages.js';
import { SYSTEM_TEMPLATES } from './paths.js';
import { missing, notServed } from './wish-errors.js';

export function systemTemplatesFace(context: CimiContext): CollectionFace {
  return {
    type: 'SystemTemplate',
    path: SYSTEM_TEMPLATES,
    permission: 'descriptor:read',
    list: async () =>
      (await context.all((page) => context.use.descriptors.list(context.call, page))).map((record) =>
        entryOf(record),
      ),
    get: async (id) => getTemplate(context, id),
    add: {
      permission: 'descriptor:write',
      body: [...COMMON, ...SYSTEM_TEMPLATE],
      types: ['SystemTemplate', 'SystemTemplateCreate'],
      run: async (body) => create(context, body),
    },
    operations: context.may('descriptor:write')
      ? [{ rel: 'action/import', href: `${SYSTEM_TEMPLATES}/import` }]
      : [],
    ownActions: {
      import: {
        permission: 'descriptor:write',
        run: async (_id, body) => store(context, await readPackage(context, body)),
      },
    },
    actions: {
      export: {
        permission: 'descriptor:read',
        run: async (id, body) => {
          if (requireFormat(body) === 'ovf')
            throw notServed('OVF has no words for templates: make a system of it and export that.');
          await getTemplate(context, id);
          return { kind: 'done', location: `${SYSTEM_TEMPLATES}/${encodeURIComponent(id)}/package` };
        },
      },
    },
    documents: { package: async (id) => packageOf(await exportedTemplate(context, id)) },
  };
}

const pathOf = (id: string): string => `${SYSTEM_TEMPLATES}/${encodeURIComponent(id)}`;

function operationsOf(path: string): readonly Operation[] {
  return [{ rel: 'action/export', href: `${path}/export` }];
}

/** Without its components: those would be a look at the text of each. */
function entryOf({ name, latestVersion }: DescriptorRecord): Representation {
  const path = pathOf(name);
  return {
    type: 'SystemTemplate',
    id: path,
    attributes: { name, description: `Version ${latestVersion}` },
    operations: operationsOf(path),
  };
}

async function getTemplate(context: CimiContext, id: string): Promise<Representation> {
  const { name, version } = templateOf(id);
  const record = await context.use.descriptors.get(context.call, name, version);
  const { metadata } = descriptorOf(record.document);
  const path = pathOf(id);
  return {
    type: 'SystemTemplate',
    id: path,
    attributes: {
      name: record.name,
      description: metadata.description ?? metadata.title ?? `Version ${record.version}`,
      created: record.createdAt,
      updated: record.createdAt,
      componentDescriptors: componentsOf(record.document),
    },
    operations: operationsOf(path),
  };
}

async function create(context: CimiContext, body: Input): Promise<Outcome> {
  const { name, description, componentDescriptors } = body;
  if (typeof name !== 'string') throw missing('name');
  const { document } = await designOfComponents(context, descriptorName(name), componentDescriptors);
  const described =
    typeof description === 'string' ? { ...document, ...describedBy(document, description) } : document;
  return store(context, JSON.stringify(described));
}

function describedBy(document: object, description: string): object {
  const metadata: unknown = 'metadata' in document ? document.metadata : {};
  return { metadata: { ...(isInput(metadata) ? metadata : {}), description: description.slice(0, 1_000) } };
}

async function store(context: CimiContext, text: string): Promise<Outcome> {
  const stored = await context.use.descriptors.store(context.call, text);
  return { kind: 'done', resource: await getTemplate(context, stored.name) };
}
