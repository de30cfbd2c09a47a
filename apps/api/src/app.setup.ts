/** What stands before and around the routes: headers, body parsing, logs, metrics, documents, the queue board. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import helmet from 'helmet';
import swaggerUi from 'swagger-ui-express';
import { cimiBody } from './faces/cimi/cimi.body.js';
import { fgcpBody } from './faces/fgcp/fgcp.body.js';
import { createOpenApiDocument } from './http/openapi-document.js';
import { observeRequests } from './http/observe-requests.js';
import { requestIdMiddleware } from './http/request-id.js';
import type { Infrastructure } from './infrastructure/infrastructure.js';

export interface SetupOptions {
  /** Larger bodies are refused with 413. */
  readonly bodyLimitBytes: number;
  /** Served at /queues; left out where there is no Redis. Its pages bring their own scripts, so it stands before helmet. */
  readonly queueBoard?: express.Router;
}

/** Content types under which a descriptor may come as it is. */
const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

export function setUpApp(
  app: NestExpressApplication,
  infrastructure: Infrastructure,
  { bodyLimitBytes, queueBoard }: SetupOptions,
): void {
  // Our ETags are generations; Express' hashes of bodies would be mistaken for them.
  app.set('etag', false);
  // Flat queries only: `a[b]=c` is a parameter that no route has.
  app.set('query parser', 'simple');
  app.use(requestIdMiddleware);
  app.use(observeRequests(infrastructure));
  if (queueBoard !== undefined) app.use('/queues', queueBoard);
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.use(fgcpBody(bodyLimitBytes));
  app.use(cimiBody(bodyLimitBytes, infrastructure.publicUrl ?? null));
  app.use(express.json({ limit: bodyLimitBytes }));
  app.use(express.text({ limit: bodyLimitBytes, type: YAML_TYPES }));
  serveDocument(app);
}

function serveDocument(app: NestExpressApplication): void {
  const document = createOpenApiDocument(app);
  app.use('/openapi.json', (_request: express.Request, response: express.Response) => {
    response.json(document);
  });
  app.use('/docs', swaggerUi.serve, swaggerUi.setup(undefined, { swaggerOptions: { url: '/openapi.json' } }));
}
