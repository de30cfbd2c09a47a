/** POST, PUT and DELETE: what is asked is read, done by the resource's use case, and answered. */
import { requirePermission } from '@openvsys/vsys';
import type { Attribute } from '../model/attribute.js';
import { attributesOf } from '../model/resource-types.js';
import { ACTION } from '../model/work.types.js';
import type { Query } from '../query/query.js';
import { unknownAttribute, type Input } from '../read/input.js';
import { readJson } from '../read/read-json.js';
import { readXmlBody } from '../read/read-xml-body.js';
import type { CimiContext } from '../resources/context.js';
import type { DoneDeed } from '../resources/done-jobs.js';
import type { Acting, CollectionFace, Outcome } from '../resources/face.js';
import { bodyFormat } from './formats.js';
import type { Exchange } from './exchange.js';
import { CimiRefusal } from './refusal.js';
import { routeOf, type Route } from './route.js';

export interface Changed {
  readonly outcome: Outcome;
  /** An add answers 201 where other changes answer 200. */
  readonly isNew: boolean;
  /** What was done, and to which path. */
  readonly deed: Pick<DoneDeed, 'action' | 'target'>;
}

/** Throws what the use case throws, 405 where nothing of the kind can be done. */
export async function change(
  context: CimiContext,
  exchange: Exchange,
  path: string,
  query: Query,
): Promise<Changed> {
  const route = routeOf(context, path);
  switch (exchange.request.method) {
    case 'POST':
      return post(context, exchange, route);
    case 'PUT':
      return {
        outcome: await put(context, exchange, route, query.select),
        isNew: false,
        deed: { action: 'edit', target: targetOf(route) },
      };
    case 'DELETE':
      return {
        outcome: await remove(context, route),
        isNew: false,
        deed: { action: 'delete', target: targetOf(route) },
      };
    default:
      throw notAllowed(route);
  }
}

async function post(context: CimiContext, exchange: Exchange, route: Route): Promise<Changed> {
  const { face, id, action } = route;
  if (action !== undefined) return act(context, exchange, route, action);
  if (id !== undefined || face.add === undefined) throw notAllowed(route);
  const { permission, body, types, run } = face.add;
  requirePermission(context.call.principal, permission);
  const outcome = await run(bodyOf(context, exchange, body, types));
  return { outcome, isNew: true, deed: { action: 'add', target: face.path } };
}

/** Of a member, else of the collection itself. */
const targetOf = ({ face, id }: Route): string =>
  id === undefined ? face.path : `${face.path}/${encodeURIComponent(id)}`;

async function act(context: CimiContext, exchange: Exchange, route: Route, name: string): Promise<Changed> {
  const { face, id } = route;
  const acting: Acting | undefined = id === undefined ? face.ownActions?.[name] : face.actions?.[name];
  if (acting === undefined) throw new CimiRefusal(405, 'There is no such action.');
  requirePermission(context.call.principal, acting.permission);
  const input = bodyOf(context, exchange, acting.body ?? ACTION, acting.types ?? ['Action']);
  if (acting.body === undefined) requireAction(name, input);
  const outcome = await acting.run(id ?? '', input);
  const deed = { action: name, target: targetOf(route) };
  return { outcome, isNew: acting.body !== undefined, deed };
}

const KNOWN_ACTIONS: ReadonlySet<string> = new Set([
  'start',
  'stop',
  'restart',
  'pause',
  'suspend',
  'restore',
  'export',
  'import',
]);

/** A malformed action counts as that of the URI; another known one does not. */
function requireAction(name: string, { action }: Input): void {
  const given = typeof action === 'string' ? action.trim().split('/').at(-1) : undefined;
  if (given === undefined || given === name || !KNOWN_ACTIONS.has(given)) return;
  throw new CimiRefusal(400, `“${given}” was posted to the URI of “${name}”.`);
}

async function put(
  context: CimiContext,
  exchange: Exchange,
  route: Route,
  select: Query['select'],
): Promise<Outcome> {
  const { face, id } = route;
  if (id === undefined || route.action !== undefined || face.edit === undefined) throw notAllowed(route);
  requirePermission(context.call.principal, face.edit.permission);
  const attributes = attributesOf(face.type);
  const body = bodyOf(context, exchange, attributes, [face.type]);
  return face.edit.run(id, changesOf(attributes, body, select));
}

/**
 * A full update takes away what is not in the body, a partial one what is selected and not in it. Attributes that nobody may
 * change are not looked at. Throws `invalid-request` for attributes outside of the selection.
 */
function changesOf(attributes: readonly Attribute[], body: Input, select: Query['select']): Input {
  const outside = select && Object.keys(body).find((name) => !select.has(name));
  if (outside !== undefined) throw unknownAttribute(`/${outside}`);
  const writable = attributes.filter(({ update, name }) => update && (select?.has(name) ?? true));
  return Object.fromEntries(writable.map(({ name }) => [name, body[name] ?? null]));
}

async function remove(context: CimiContext, route: Route): Promise<Outcome> {
  const { face, id } = route;
  if (id === undefined || route.action !== undefined || face.remove === undefined) throw notAllowed(route);
  requirePermission(context.call.principal, face.remove.permission);
  return face.remove.run(id);
}

function bodyOf(
  { dialect, baseUri }: CimiContext,
  { request }: Exchange,
  attributes: readonly Attribute[],
  types: readonly string[],
): Input {
  const given: unknown = request.body;
  const text = typeof given === 'string' ? given : '';
  const expected = { dialect, baseUri, attributes, types };
  const format = bodyFormat(request, text);
  if (format === undefined) return {};
  return format === 'json' ? readJson(text, expected) : readXmlBody(text, expected);
}

function notAllowed({ face, id, action }: Route): CimiRefusal {
  return new CimiRefusal(405, 'This cannot be done with it.', {
    Allow: methodsOf(face, id, action).join(', '),
  });
}

function methodsOf(face: CollectionFace, id: string | undefined, action: string | undefined): string[] {
  if (action !== undefined) return ['POST'];
  const more = id === undefined ? [face.add && 'POST'] : [face.edit && 'PUT', face.remove && 'DELETE'];
  return ['GET', 'HEAD', ...more.filter((method): method is string => typeof method === 'string')];
}
