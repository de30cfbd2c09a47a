/** GET: single resources and collections, with everything that a query may ask of them. */
import { requirePermission } from '@openvsys/vsys';
import { filtered, ranged, selected, sorted } from '../query/apply.js';
import type { Query } from '../query/query.js';
import type { Operation, Representation } from '../model/representation.js';
import { groupingOf } from '../model/resource-types.js';
import type { CimiContext } from '../resources/context.js';
import type { CollectionFace } from '../resources/face.js';
import { plainCollection, plainOf, type Plain } from '../serialize/plain.js';
import { expanded, Expander } from './expand.js';
import { routeOf } from './route.js';

const UNLIMITED: Query = {
  filters: [],
  first: undefined,
  last: undefined,
  order: [],
  select: undefined,
  expand: undefined,
  format: undefined,
};

export interface Looked {
  readonly face: CollectionFace;
  readonly plain: Plain;
  readonly resource: Representation | undefined;
}

/** Throws `not-found`, `forbidden`. */
export async function look(context: CimiContext, path: string, query: Query = UNLIMITED): Promise<Looked> {
  const { face, id } = routeOf(context, path);
  requirePermission(context.call.principal, face.permission);
  const expander = new Expander(async (href) => (await look(context, href)).plain, context.baseUri);
  if (id === undefined)
    return { face, plain: await lookAt(context, face, query, expander), resource: undefined };
  const resource = await face.get(id);
  const plain = await expanded(
    context.dialect,
    resource.type,
    plainOf(context, resource),
    query.expand,
    expander,
  );
  return { face, plain: selected(plain, query.select), resource };
}

async function lookAt(
  context: CimiContext,
  face: CollectionFace,
  query: Query,
  expander: Expander,
): Promise<Plain> {
  const representations = await face.list();
  const of = face.type;
  const all = representations.map((each) => plainOf(context, each));
  const matching = filtered(all, query.filters);
  const shown = ranged(sorted(matching, query.order), query);
  const entries: Plain[] = [];
  for (const entry of shown) entries.push(await expanded(context.dialect, of, entry, query.expand, expander));
  return selectedCollection(context, face, { of, entries, count: matching.length }, query.select);
}

function selectedCollection(
  context: CimiContext,
  face: CollectionFace,
  { of, entries, count }: { of: Representation['type']; entries: readonly Plain[]; count: number },
  select: Query['select'],
): Plain {
  const operations = collectionOperations(context, face);
  const collection = { of, id: face.path, count, entries: [], operations };
  if (select === undefined) return plainCollection(context, collection, entries);
  const grouping = groupingOf(of);
  const own = new Set([...select].filter((name) => ['id', 'count', 'operations', grouping].includes(name)));
  const ofEntries = new Set([...select].filter((name) => !own.has(name)));
  const cut = ofEntries.size === 0 ? entries : entries.map((entry) => selected(entry, ofEntries));
  const plain = plainCollection(context, collection, cut);
  // Names of attributes of entries say nothing about the collection itself.
  if (own.size === 0) return plain;
  return selected(plain, ofEntries.size === 0 ? own : new Set([...own, grouping]));
}

function collectionOperations(
  context: CimiContext,
  { add, path, operations = [] }: CollectionFace,
): Operation[] {
  const adding = add !== undefined && context.may(add.permission) ? [{ rel: 'add', href: path }] : [];
  return [...adding, ...operations];
}
