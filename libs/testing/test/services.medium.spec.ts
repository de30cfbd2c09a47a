import { Redis } from 'ioredis';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { useTestDatabase, useTestRedis } from '../src/index.js';

async function query(url: string, sql: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

let builds = 0;
const template = {
  name: 'services-spec',
  async build(url: string) {
    builds += 1;
    await query(url, 'CREATE TABLE thing AS SELECT 1 AS id');
  },
};

describe('a suite with a template', () => {
  const database = useTestDatabase(template);
  it('gets a copy that it may spoil', async () => {
    await query(database.url, 'INSERT INTO thing VALUES (2)');
    expect(await query(database.url, 'SELECT count(*)::int AS n FROM thing')).toEqual([{ n: 2 }]);
  });
});

describe('the next suite', () => {
  const database = useTestDatabase(template);
  it('gets the template again, which was built once', async () => {
    expect(await query(database.url, 'SELECT count(*)::int AS n FROM thing')).toEqual([{ n: 1 }]);
    expect(builds).toBe(1);
  });
});

describe('two suites on one Redis', () => {
  const first = useTestRedis();
  const second = useTestRedis();
  it('do not see each other', async () => {
    const [a, b] = [new Redis(first.url), new Redis(second.url)];
    await a.set('key', '1');
    expect(await b.get('key')).toBeNull();
    expect(await a.get('key')).toBe('1');
    a.disconnect();
    b.disconnect();
  });
});
