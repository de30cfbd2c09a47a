/**
 * Counts the requests of each caller and tells how many are left (`RateLimit` and `RateLimit-Policy` of the IETF's draft on
 * rate-limit headers). Stands behind authentication: callers without a token get no further than 401 anyway.
 */
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '@openvsys/vsys';
import type { Request, Response } from 'express';
import { REQUEST_LIMITER } from '../tokens.js';
import { findPrincipal } from './call.js';
import type { RequestBudget, RequestLimiter } from './request-limiter.js';

/** Name of the policy in the headers. */
const POLICY = '"requests"';

@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(@Inject(REQUEST_LIMITER) private readonly limiter: RequestLimiter | null) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const principal = findPrincipal(http.getRequest<Request>());
    if (this.limiter === null || principal === undefined) return true;
    const budget = await this.limiter.take(principal.actor);
    tell(http.getResponse<Response>(), budget);
    if (budget.exceeded) throw tooMany(budget);
    return true;
  }
}

function tell(response: Response, budget: RequestBudget): void {
  const { limit, windowSeconds, remaining, resetSeconds, exceeded } = budget;
  response.setHeader('RateLimit-Policy', `${POLICY};q=${limit};w=${windowSeconds}`);
  response.setHeader('RateLimit', `${POLICY};r=${remaining};t=${resetSeconds}`);
  if (exceeded) response.setHeader('Retry-After', String(resetSeconds));
}

function tooMany({ limit, windowSeconds, resetSeconds }: RequestBudget): DomainError {
  return new DomainError(
    'rate-limited',
    `You sent more than ${limit} requests in ${windowSeconds} seconds.`,
    {
      retry: 'same',
      remedy: `Wait ${resetSeconds} seconds. Follow operations by their event stream or by \`wait\` instead of asking again and again.`,
      details: { limit, windowSeconds, retryAfterSeconds: resetSeconds },
    },
  );
}
