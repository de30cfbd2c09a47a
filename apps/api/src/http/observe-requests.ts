/** One log line and one measurement for each request; everything logged on the way carries the request id. */
import { withLogContext, type Logger, type Metrics } from '@openvsys/observability';
import type { NextFunction, Request, Response } from 'express';
import { findPrincipal } from './call.js';
import { requestIdOf } from './request-id.js';

interface Observers {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export function observeRequests({ logger, metrics }: Observers) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const begin = performance.now();
    withLogContext({ requestId: requestIdOf(request) }, () => {
      response.once('close', () => {
        const seconds = (performance.now() - begin) / 1_000;
        const route = routeOf(request);
        metrics.httpDuration.observe({ method: request.method, route, status: response.statusCode }, seconds);
        logger.info(lineOf(request, response, { route, ms: Math.round(seconds * 1_000) }), 'request');
      });
      next();
    });
  };
}

/** The route's pattern, never the path: ids would make a series each. */
function routeOf(request: Request): string {
  const route: unknown = request.route;
  const path: unknown =
    typeof route === 'object' && route !== null && 'path' in route ? route.path : undefined;
  return typeof path === 'string' ? path : 'none';
}

function lineOf(request: Request, response: Response, { route, ms }: { route: string; ms: number }) {
  const principal = findPrincipal(request);
  return {
    requestId: requestIdOf(request),
    method: request.method,
    path: request.originalUrl.split('?')[0] ?? '/',
    route,
    status: response.statusCode,
    ms,
    ...(principal === undefined ? {} : { actor: principal.actor, orgId: principal.organizationId }),
  };
}
