/** Every route of the API document, with a body for each that is made from the document too: a new route cannot be forgotten. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { PERMISSIONS, PERMISSIONS_OF, type Permission } from '@openvsys/vsys';
import { documentWithoutService } from '../../src/documentation/document-app.js';
import type { TokenRequests } from '../api-fixture.js';

export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

export interface Route {
  /** `post /v1/vsys` */
  readonly id: string;
  readonly method: keyof TokenRequests;
  readonly path: string;
  readonly permission: Permission | undefined;
  /** Undefined: no JSON is taken. */
  readonly body: Schema | undefined;
  /** Names in the query. */
  readonly query: readonly string[];
  /** Of an answer of success in JSON. */
  readonly answer: Schema | undefined;
}

interface Operation {
  readonly 'x-permission'?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const document: OpenAPIObject = await documentWithoutService();
const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>;

export const routes: readonly Route[] = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = (item as Record<string, unknown>)[method] as Operation | undefined;
    return operation === undefined ? [] : [routeOf(method, path, operation)];
  }),
);

function routeOf(method: Route['method'], path: string, operation: Operation): Route {
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
  return {
    id: `${method} ${path}`,
    method,
    path,
    permission: PERMISSIONS.find((each) => each === operation['x-permission']),
    body: operation.requestBody?.content['application/json']?.schema,
    query: (operation.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name),
    answer: success?.content?.['application/json']?.schema,
  };
}

/** The secret in its path is all that it asks for. */
export const DOWNLOAD = '/v1/image-downloads/{downloadSecret}';

/** Such routes are refused to every tenant before any id is looked at. */
export const isProvidersOnly = ({ permission }: Route): boolean =>
  permission !== undefined && !PERMISSIONS_OF['org-admin'].includes(permission);

/** Without references. */
export function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return resolved(schemas[name] ?? {});
  const [only] = schema.allOf ?? [];
  if (only === undefined) return schema;
  const { allOf: _, ...rest } = schema;
  return { ...resolved(only), ...rest };
}

/** What the examples of the document are not enough for. */
const BODIES: Readonly<Record<string, object | ((ids: Readonly<Record<string, string>>) => object)>> = {
  'post /v1/vsys': { name: 'mine', descriptor: { name: '1-tier' } },
  'post /v1/vsys/plans': { name: 'mine', descriptor: { name: '1-tier' } },
  'post /v1/vsys/{vsysId}/reachability': { from: 'internet', to: 'web', protocol: 'icmp' },
  'post /v1/vsys/{vsysId}/clone': { name: 'mine', contents: 'copy' },
  'post /v1/vservers': ({ vnetId }) => ({
    name: 'mine',
    type: 'standard.small',
    image: 'debian-13',
    nics: [{ vnetId }],
  }),
  'post /v1/efms': ({ vnetId }) => ({
    name: 'mine',
    kind: 'load-balancer',
    type: 'efm.small',
    nics: [{ vnetId }],
  }),
  'patch /v1/vsys/{vsysId}': { name: 'mine' },
  'patch /v1/vsys/{vsysId}/settings': { notes: 'mine' },
  'post /v1/vsys/{vsysId}/schedules': { verb: 'stop', cron: '0 18 * * *', timeZone: 'UTC' },
  'patch /v1/vservers/{vserverId}': { type: 'standard.medium' },
  'post /v1/vservers/{vserverId}/rescue': { image: 'debian-13' },
  'post /v1/vservers/{vserverId}/rebuild': { image: 'debian-13' },
  'patch /v1/efms/{vserverId}': { type: 'efm.large' },
  'put /v1/vdcs/{vdcId}/network-settings': { addressSpace: ['10.0.0.0/8'], reuseMinutes: 5 },
  'post /v1/vnets/{vnetId}/reservations': { first: '10.0.1.77' },
  'post /v1/vsys/{vsysId}/backup-policies': {
    name: 'mine',
    cron: '30 2 * * *',
    timeZone: 'UTC',
    keep: { last: 2 },
  },
  'put /v1/efms/{vserverId}/configuration': { config: {} },
  'put /v1/efms/{vserverId}/members/{memberName}': { state: 'drain' },
  'post /v1/descriptors': { document: {} },
  'post /v1/descriptors/validate': { document: {} },
  'patch /v1/images/{imageName}': { title: 'Mine' },
  'post /v1/images/captures': ({ vserverId }) => ({ name: 'mine', title: 'Mine', serverId: vserverId }),
  'patch /v1/users/{userId}': { state: 'disabled' },
  'post /v1/tokens': { name: 'mine', roles: ['monitor'] },
  'post /v1/users': { name: 'mine', roles: ['monitor'] },
  'post /v1/budgets': {
    scope: 'organization',
    name: 'mine',
    amount: '1',
    thresholds: [],
    atLimit: 'alert',
  },
  'put /v1/budgets/{budgetId}': { name: 'mine', amount: '1', thresholds: [], atLimit: 'alert' },
  'post /v1/quota-requests': {
    scope: 'organization',
    limits: [{ resource: 'vsys', limit: 1_000 }],
    reason: 'mine',
  },
};

/** A body that gets past validation, so that ids decide. `ids` stand where the document names them. */
export function bodyOf(route: Route, ids: Readonly<Record<string, string>>): object | undefined {
  if (route.body === undefined) return undefined;
  const schema = resolved(route.body);
  const given = BODIES[route.id];
  const sent = typeof given === 'function' ? given(ids) : (given ?? sample(schema));
  const required = (schema.required ?? []).filter((name) => ids[name] !== undefined);
  return { ...(sent as object), ...Object.fromEntries(required.map((name) => [name, ids[name]])) };
}

function sample(given: Schema): unknown {
  const schema = resolved(given);
  if (schema.example !== undefined && schema.properties === undefined) return schema.example;
  const [option] = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (option !== undefined) return sample(option);
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.items !== undefined) return [sample(schema.items)];
  const { properties = {}, required = [] } = schema;
  return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {})]));
}

/** A field of a body and how to put a value there. */
export interface Field {
  /** `nics.[].vnetId` */
  readonly name: string;
  readonly schema: Schema;
  readonly put: (body: object, value: unknown) => object;
}

/** All fields of a body, nested ones too. */
export function fieldsOf(given: Schema | undefined, prefix = ''): readonly Field[] {
  if (given === undefined) return [];
  const schema = resolved(given);
  const options = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (options.length > 0) return options.flatMap((each) => fieldsOf(each, prefix));
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const field = resolved(child);
    const own: Field = {
      name: `${prefix}${key}`,
      schema: field,
      put: (body, value) => ({ ...body, [key]: field.items === undefined ? value : [value] }),
    };
    return [own, ...nested(field, key, prefix)];
  });
}

function nested(field: Schema, key: string, prefix: string): readonly Field[] {
  const inList = field.items !== undefined;
  const below = fieldsOf(field.items ?? field, `${prefix}${key}.${inList ? '[].' : ''}`);
  return below.map((each) => ({
    ...each,
    put: (body, value) => {
      const was = Reflect.get(body, key) as unknown;
      const parent = (inList ? (was as unknown[] | undefined)?.[0] : was) ?? sample(field.items ?? field);
      const changed = each.put(parent as object, value);
      return { ...body, [key]: inList ? [changed] : changed };
    },
  }));
}
