/**
 * Counts the requests of each caller and tells how many are left (`RateLimit` and `RateLimit-Policy` of the IETF's draft on
 * rate-limit headers), and what requests cost on the account of the organization. Stands behind authentication: callers without a token get no further than 401 anyway.
 */
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '@openvsys/vsys';
import type { Request, Response } from 'express';
import { REQUEST_LIMITER } from '../tokens.js';
import { findPrincipal } from './call.js';
import type { RequestBudget, RequestLimiter } from './request-limiter.js';

/** Name of the policy in the headers. */
const POLICY = '"requests"';
/** A plan or a change reads a whole system, computes and often writes; a read is a look into an index. */
const COST_OF_CHANGE = 5;
const READS: readonly string[] = ['GET', 'HEAD'];

@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(@Inject(REQUEST_LIMITER) private readonly limiter: RequestLimiter | null) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const principal = findPrincipal(request);
    if (this.limiter === null || principal === undefined) return true;
    const budget = await this.limiter.take(principal.actor);
    tell(http.getResponse<Response>(), budget);
    if (budget.exceeded) throw tooMany(budget);
    if (principal.organizationId === null) return true;
    const cost = READS.includes(request.method) ? 1 : COST_OF_CHANGE;
    const shared = await this.limiter.charge(principal.organizationId, cost);
    if (!shared.exceeded) return true;
    http.getResponse<Response>().setHeader('Retry-After', String(shared.resetSeconds));
    throw tooMuch(shared);
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

function tooMuch({ limit, windowSeconds, resetSeconds }: RequestBudget): DomainError {
  return new DomainError(
    'rate-limited',
    `All callers of your organization together asked for more than is done for one organization in ${windowSeconds} seconds.`,
    {
      retry: 'same',
      remedy: `Wait ${resetSeconds} seconds. Plans and changes cost ${COST_OF_CHANGE} times what reads do.`,
      details: { limit, windowSeconds, retryAfterSeconds: resetSeconds },
    },
  );
}
