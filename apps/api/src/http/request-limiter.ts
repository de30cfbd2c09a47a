/**
 * How many requests a caller may send. Counted in Redis, so that all copies of the API count together; while Redis is away
 * each copy counts by itself.
 */
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

export interface RequestBudget {
  /** Requests in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Left in this window; 0 as well when the request was one too many. */
  readonly remaining: number;
  /** Until the window ends, whole seconds, at least 1. */
  readonly resetSeconds: number;
  readonly exceeded: boolean;
}

export interface RequestLimiter {
  /** Counts a request of the caller. Never throws because of Redis. */
  take(caller: string): Promise<RequestBudget>;
  /** Counts what a request costs on the account of all callers of an organization. Never throws because of Redis. */
  charge(organization: string, cost: number): Promise<RequestBudget>;
}

/** Short enough to wait for, long enough for bursts. */
const WINDOW_SECONDS = 60;

/** What an organization may use up is so many times what one caller may: more tokens do not give it ever more. */
export const CALLERS_WORTH = 10;

/** Without a connection requests are counted in memory. */
export function createRequestLimiter(perMinute: number, redis?: Redis): RequestLimiter {
  const callers = counterOf('openvsys-requests', perMinute, redis);
  const organizations = counterOf('openvsys-costs', perMinute * CALLERS_WORTH, redis);
  return { take: async (caller) => callers(caller, 1), charge: organizations };
}

function counterOf(keyPrefix: string, points: number, redis: Redis | undefined) {
  const options = { points, duration: WINDOW_SECONDS, keyPrefix };
  const memory = new RateLimiterMemory(options);
  const limiter =
    redis === undefined
      ? memory
      : new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory });
  return async (key: string, cost: number): Promise<RequestBudget> => {
    const counted = await limiter.consume(key, cost).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    return {
      limit: points,
      windowSeconds: WINDOW_SECONDS,
      remaining: Math.max(0, counted.remainingPoints),
      resetSeconds: Math.max(1, Math.ceil(counted.msBeforeNext / 1_000)),
      exceeded: counted.consumedPoints > points,
    };
  };
}
