/** The migrations make exactly the tables that the entities describe, however many processes start at once. */
import { useTestDatabase } from '@openvsys/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../src/index.js';

const test = useTestDatabase();
let databases: Database[] = [];

beforeAll(async () => {
  databases = await Promise.all([1, 2, 3].map(async () => Database.connect({ url: test.url, poolSize: 3 })));
});
afterAll(async () => Promise.all(databases.map(async (database) => database.close())));

describe('migrations', () => {
  it('run once on an empty database when three processes start together', async () => {
    const ran = await Promise.all(databases.map(async (database) => database.migrate()));
    expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
    expect(ran.filter((names) => names.length === 0)).toHaveLength(2);
  });

  it('leave nothing that differs from the entities', async () => {
    const [database] = databases;
    expect(await database?.schemaDifferences()).toEqual([]);
  });
});
