/**
 * What holds for every route, asked of the API document: a new route that forgets something fails here, and what is different on
 * purpose stands in a table with its reason.
 */
import type { OpenAPIObject } from '@nestjs/swagger';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentWithoutService } from './document-app.js';

/** Changes without an Idempotency-Key. */
const NOT_REPEATABLE: Readonly<Record<string, string>> = {
  planVsys: 'changes nothing',
  planChange: 'changes nothing',
  findReachability: 'changes nothing',
  validateDescriptor: 'changes nothing',
  fetchEfmCapture: 'reads',
  createToken: 'a stored answer would keep the secret',
  createWebhook: 'a stored answer would keep the secret',
  rotateWebhookSecret: 'a stored answer would keep the secret',
  showInitialPassword: 'a stored answer would keep the secret',
  importDescriptor: 'changes nothing',
  setDescriptorCopyKey: 'a stored answer would keep the secret',
  setBackupCopyKey: 'a stored answer would keep the secret',
  setImageCopyKey: 'a stored answer would keep the secret',
  createImageShareKey: 'a stored answer would keep the secret',
  withdrawBackupCopyKey: 'taking a key away twice is taking it away',
  withdrawImageCopyKey: 'taking a key away twice is taking it away',
  openConsole: 'a stored answer would keep the ticket',
  uploadImage: 'the bytes of a file are no request to remember; parts are sent again at their place',
  exportImage: 'makes a file that a repeat makes again',
  exportVServer: 'makes a file that a repeat makes again',
};

/** Lists in one piece. */
const NOT_PAGED: Readonly<Record<string, string>> = {
  listCertificates: 'a user has few',
  listRoles: 'a closed set',
  listUsers: 'an organization has few',
  listVdcs: 'an organization has few',
  listSchedules: 'a system has few, bounded when they are made',
  listBackupPolicies: 'a system has few, bounded when they are made',
};

/** Versioned things are read with their ETag and changed with If-Match. */
const WITHOUT_MATCH: Readonly<Record<string, string>> = {};

/** Changes that are done later, without a plan. */
const NOT_PLANNED: Readonly<Record<string, string>> = {
  deleteBackup: 'frees what one back-up holds, and nothing else',
};

interface Route {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly string[];
  readonly responses: Readonly<Record<string, string>>;
}

let routes: readonly Route[];

beforeAll(async () => {
  routes = routesOf(await documentWithoutService());
});

function routesOf({ paths }: OpenAPIObject): readonly Route[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
      id: operation.operationId,
      method,
      path,
      parameters: (operation.parameters ?? []).map(({ name }) => name),
      responses: Object.fromEntries(
        Object.entries(operation.responses).map(([status, response]) => [status, JSON.stringify(response)]),
      ),
    })),
  );
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, object>>;
}

const idsOf = (found: readonly Route[]): readonly string[] => found.map(({ id }) => id).toSorted();
const known = (table: Readonly<Record<string, string>>): readonly string[] => Object.keys(table).toSorted();
const isChange = ({ method }: Route): boolean => method !== 'get';

describe('every route', () => {
  it('answers with problem details', () => {
    const wanted = ['400', '401', '403', '429', '500'];
    const silent = routes.filter(
      ({ responses }) => !wanted.every((status) => responses[status]?.includes('application/problem+json')),
    );
    expect(idsOf(silent)).toEqual([]);
  });

  it('that changes something can be repeated with an Idempotency-Key, and takes a reason', () => {
    const without = (name: string) =>
      routes.filter((route) => isChange(route) && !route.parameters.includes(name));
    expect(idsOf(without('Idempotency-Key'))).toEqual(known(NOT_REPEATABLE));
    expect(idsOf(without('OpenVSYS-Reason'))).toEqual(known(NOT_REPEATABLE));
  });

  it('that lists pages by key', () => {
    const lists = routes.filter(
      ({ method, responses }) => method === 'get' && /Page"/.test(responses['200'] ?? ''),
    );
    expect(lists.length).toBeGreaterThan(40);
    const unpaged = lists.filter(
      ({ parameters }) => !parameters.includes('limit') || !parameters.includes('cursor'),
    );
    expect(idsOf(unpaged)).toEqual(known(NOT_PAGED));
  });

  it('that changes a versioned thing compares If-Match, and answers 412', () => {
    const versioned = new Set(
      routes
        .filter(({ method, responses }) => method === 'get' && (responses['200'] ?? '').includes('"ETag"'))
        .map(({ path }) => path),
    );
    expect(versioned.size).toBeGreaterThan(5);
    const changes = routes.filter(
      ({ method, path }) => ['put', 'patch', 'delete'].includes(method) && versioned.has(path),
    );
    const without = changes.filter(({ parameters }) => !parameters.includes('If-Match'));
    expect(idsOf(without)).toEqual(known(WITHOUT_MATCH));
    const silent = routes.filter(
      ({ parameters, responses }) => parameters.includes('If-Match') && responses['412'] === undefined,
    );
    expect(idsOf(silent)).toEqual([]);
  });

  it('that accepts a change of a system has a plan, and can be bound to it', () => {
    const accepted = routes.filter(
      (route) => isChange(route) && (route.responses['202'] ?? '').includes('AcceptedView'),
    );
    expect(accepted.length).toBeGreaterThan(25);
    const unplanned = accepted.filter(({ parameters }) => !parameters.includes('dryRun'));
    expect(idsOf(unplanned)).toEqual(known(NOT_PLANNED));
    const unbound = accepted.filter(
      ({ parameters }) => parameters.includes('dryRun') && !parameters.includes('OpenVSYS-Plan'),
    );
    expect(idsOf(unbound)).toEqual([]);
  });

  it('whose work goes on has an operation to wait for', () => {
    const waits = routes.filter(({ path }) => path.endsWith('/wait'));
    expect(idsOf(waits)).toEqual(['waitForImageOperation', 'waitForOperation', 'waitForPoolOperation']);
    expect(waits.every(({ parameters }) => parameters.includes('timeout'))).toBe(true);
  });
});
