import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { createRequestLimiter } from './request-limiter.js';

describe('a limiter of requests', () => {
  it('counts each caller by itself', async () => {
    const limiter = createRequestLimiter(2);
    expect(await limiter.take('token:1')).toMatchObject({ limit: 2, remaining: 1, exceeded: false });
    expect(await limiter.take('token:1')).toMatchObject({ remaining: 0, exceeded: false });
    expect(await limiter.take('token:1')).toMatchObject({ remaining: 0, exceeded: true });
    expect(await limiter.take('token:2')).toMatchObject({ remaining: 1, exceeded: false });
  });

  it('counts in memory while Redis is away', async () => {
    const away = new Redis('redis://127.0.0.1:1', {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: () => null,
    });
    away.on('error', () => undefined);
    const limiter = createRequestLimiter(1, away);
    expect(await limiter.take('token:1')).toMatchObject({ exceeded: false });
    expect(await limiter.take('token:1')).toMatchObject({ exceeded: true });
    away.disconnect();
  });
});
