/** Makes the `Call` of a request. Nothing of HTTP gets further than this. */
import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DomainError, Scope, type Principal } from '@openvsys/vsys';
import type { Request } from 'express';
import type { Call, Idempotency } from '../use-cases/call.js';
import { canonicalJson } from './canonical-json.js';
import { reasonOf } from './reason.js';
import { requestIdOf } from './request-id.js';

const principals = new WeakMap<Request, Principal>();

/** The auth guard remembers the caller here. */
export function rememberPrincipal(request: Request, principal: Principal): void {
  principals.set(request, principal);
}

export function findPrincipal(request: Request): Principal | undefined {
  return principals.get(request);
}

/** `@FromCaller() call: Call` */
export const FromCaller = createParamDecorator((_: undefined, context: ExecutionContext): Call =>
  callOf(context.switchToHttp().getRequest<Request>()),
);

export function callOf(request: Request): Call {
  const principal = findPrincipal(request);
  if (principal === undefined)
    throw new DomainError('unauthenticated', 'The request carries no credentials.');
  return {
    principal,
    scope: Scope.of(principal),
    requestId: requestIdOf(request),
    idempotency: idempotencyOf(request),
    reason: reasonOf(request),
    ...planOf(request),
  };
}

/** Name of the header; in lower case as Node tells it. */
const PLAN_HEADER = 'openvsys-plan';

function planOf({ headers }: Request): Pick<Call, 'plan'> {
  const digest = headers[PLAN_HEADER];
  return typeof digest === 'string' && digest !== '' ? { plan: digest } : {};
}

/** Printable ASCII without spaces, as RFC 9110 allows in a header without quoting. */
const KEY = /^[\x21-\x7e]{1,200}$/;

function idempotencyOf(request: Request): Idempotency | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw new DomainError(
      'invalid-request',
      'The Idempotency-Key must be 1 to 200 printable characters without spaces.',
      {
        pointer: '/header/Idempotency-Key',
        remedy: 'Use a fresh UUID for each change and the same one for its repeats.',
      },
    );
  }
  return { key, requestHash: hashOf(request) };
}

function hashOf(request: Request): string {
  const asked = {
    method: request.method,
    url: request.originalUrl,
    ifMatch: request.headers['if-match'] ?? null,
    body: bodyOf(request),
  };
  return createHash('sha256').update(canonicalJson(asked)).digest('hex');
}

function bodyOf(request: Request): unknown {
  const body: unknown = request.body;
  return body ?? null;
}
