/** A logical Redis database of its own for each suite. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, inject } from 'vitest';
import './provided-context.js';

export interface TestRedis {
  /** Known from `beforeAll` on; ends in the number of the logical database. */
  readonly url: string;
}

/** Registers set-up and tear-down of an empty logical database for the calling suite. */
export function useTestRedis(): TestRedis {
  let url: string | undefined;
  beforeAll(async () => {
    url = await claimDatabase();
    await flush(url);
  });
  afterAll(async () => (url === undefined ? undefined : flush(url)));
  return {
    get url() {
      if (url === undefined) throw new Error('the test Redis exists from beforeAll on');
      return url;
    },
  };
}

/** Database 0 holds nothing but the counter that hands out the others. */
async function claimDatabase(): Promise<string> {
  const client = new Redis(inject('redisUrl'));
  try {
    const [, databases = '16'] = await client.config('GET', 'databases');
    const turn = await client.incr('openvsys:test-databases');
    const url = new URL(inject('redisUrl'));
    url.pathname = `/${1 + (turn % (Number(databases) - 1))}`;
    return url.href;
  } finally {
    client.disconnect();
  }
}

async function flush(url: string): Promise<void> {
  const client = new Redis(url);
  try {
    await client.flushdb();
  } finally {
    client.disconnect();
  }
}
