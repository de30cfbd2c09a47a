/** The OpenAPI 3.1 document of the REST face, made from the decorators of routes, requests and views. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { isNamedEmpty } from './may-be-empty.decorator.js';
import { completePathParameters } from './path-parameters.js';

const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['VSYS', 'Virtual systems: plan, create, list, show, change, delete.'],
  ['VServers', 'Servers of virtual systems and their power.'],
  ['VDisks', 'Data disks of virtual systems.'],
  ['VNets', 'Networks of virtual systems.'],
  ['Public addresses', 'Public addresses of virtual systems.'],
  ['EFMs', 'Extended function modules: firewalls and load balancers.'],
  ['Operations', 'What callers asked for: follow, wait, cancel, resume.'],
  ['Descriptors', 'Versioned blueprints of virtual systems.'],
  ['Catalog', 'What can be bought: server types, images, prices, zones.'],
  ['Usage', 'What was used and what it costs.'],
  ['Quotas', 'Limits of organizations and VDCs.'],
  ['VDCs', 'Virtual data centres: the spaces that systems are in.'],
  ['Organizations', 'Tenants.'],
  ['Tokens', 'Credentials for this API.'],
  ['Changes', 'Who changed what.'],
  ['Metrics', 'What servers and systems did over time.'],
  ['Events', 'What happened.'],
  ['Webhooks', 'Where events are sent.'],
  ['Notices', 'What the provider tells.'],
  ['Pools', 'What virtual systems run on; for the provider.'],
];

const DESCRIPTION = `Runs whole virtual systems on Xen Cloud Platform pools.

Changes are accepted with 202 and an operation; \`GET /v1/operations/{operationId}/wait\` waits for its end and
\`…/events\` streams its progress. Every change may carry an \`Idempotency-Key\`. Errors are RFC 9457 problem details that name
the place, the reason and a remedy. Lists page by key: pass \`nextCursor\` as \`cursor\`.`;

export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('OpenVSYS')
    .setDescription(DESCRIPTION)
    .setVersion('1.0.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This server')
    .addSecurity('token', {
      type: 'http',
      scheme: 'bearer',
      description: 'An API token: `Authorization: Bearer ovs_…`.',
    });
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
  });
  return withFrames(withRequestIds(withPlanHeader(withOptionalBodies(completePathParameters(document)))));
}

/** The framework takes every body for required. */
function withOptionalBodies(document: OpenAPIObject): OpenAPIObject {
  for (const { requestBody } of operationsOf(document)) {
    if (requestBody === undefined || '$ref' in requestBody) continue;
    const schema = requestBody.content['application/json']?.schema;
    const name = schema !== undefined && '$ref' in schema ? schema.$ref.split('/').at(-1) : undefined;
    if (name !== undefined && isNamedEmpty(name)) requestBody.required = false;
  }
  return document;
}

const FRAMES = ['OperationView', 'PartStateView', 'StepView', 'HeartbeatView'] as const;

/** The data of the live stream is one of several things; decorators of a class cannot say that. */
function withFrames(document: OpenAPIObject): OpenAPIObject {
  const { schemas } = document.components ?? {};
  if (schemas === undefined) return document;
  schemas['OperationFrame'] = {
    description:
      'Data of an event in the live stream; the event’s name tells which: operation, part, step, heartbeat.',
    anyOf: FRAMES.map((name) => ({ $ref: `#/components/schemas/${name}` })),
  };
  return document;
}

/** Whatever has a dry run and answers with an operation can be bound to its plan. */
function withPlanHeader(document: OpenAPIObject): OpenAPIObject {
  for (const operation of operationsOf(document)) {
    const parameters = operation.parameters ?? [];
    const isPlanned = parameters.some((each) => 'name' in each && each.name === 'dryRun');
    if (!isPlanned || !('202' in operation.responses)) continue;
    operation.parameters = [
      ...parameters,
      {
        name: 'OpenVSYS-Plan',
        in: 'header',
        required: false,
        description:
          'The `digest` of a plan: the change is applied only if it is still what was planned, else refused with 409 that names what changed.',
        example: 'p1.3.5f1d0c3a9be2470.1c9a2b7d5e6f8a0.0b7e4d2c9a81f35.7d6e5f4a3b2c1d0',
        schema: { type: 'string', maxLength: 200 },
      },
    ];
  }
  return document;
}

/** Every answer carries the request id. */
function withRequestIds(document: OpenAPIObject): OpenAPIObject {
  const header = {
    description: 'Id of the request; name it when you report a problem.',
    schema: { type: 'string' as const },
  };
  for (const operation of operationsOf(document)) {
    for (const response of Object.values(operation.responses)) {
      if (response === undefined || '$ref' in response) continue;
      response.headers = { ...response.headers, 'X-Request-Id': header };
    }
  }
  return document;
}

export function operationsOf(document: OpenAPIObject) {
  return Object.values(document.paths).flatMap((item) =>
    [item.get, item.post, item.put, item.patch, item.delete].filter((operation) => operation !== undefined),
  );
}
