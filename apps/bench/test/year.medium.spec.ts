/** The proof of the year, small: some servers in the first months of a year. */
import { Database } from '@openvsys/persistence';
import { useTestDatabase } from '@openvsys/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proveYear } from '../src/year/prove-year.js';

const test = useTestDatabase({
  name: 'year',
  build: async (url) => {
    const database = await Database.connect({ url, poolSize: 1 });
    await database.migrate();
    await database.close();
  },
});
let database: Database;
beforeAll(async () => {
  database = await Database.connect({ url: test.url, poolSize: 2 });
});
afterAll(async () => database.close());

describe('months of a tenant', () => {
  it(
    'are billed as the oracle says, line by line, the month of the change to summer time among them',
    { timeout: 240_000 },
    async () => {
      const plan = { servers: 20, months: 3, year: 2027, timeZone: 'Europe/Berlin', seed: 7 };
      const { months, changedAgain } = await proveYear(database, plan, () => undefined);
      expect(
        months.map(({ period, hours, differences, blocked }) => [period, hours, differences, blocked]),
      ).toEqual([
        ['2027-01', 744, [], []],
        ['2027-02', 672, [], []],
        ['2027-03', 743, [], []],
      ]);
      expect(months.every(({ total, oracle }) => total === oracle && Number(total) > 0)).toBe(true);
      expect(changedAgain).toBe(0);
    },
  );
});
