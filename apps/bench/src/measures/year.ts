/**
 * A year of a tenant with 500 servers: 8,760 hours and 12 statements are closed, and every line of them is held against a
 * replay of every second. Long: it runs only when it is named (`--only YEAR`).
 */
import { Database } from '@openvsys/persistence';
import { atMost, type Measure } from '../measure.js';
import { proveYear } from '../year/prove-year.js';

const PLAN = { servers: 500, months: 12, year: 2027, timeZone: 'Europe/Berlin', seed: 42 } as const;

export const yearOfATenant: Measure = {
  id: 'YEAR',
  title: `a year of ${PLAN.servers} servers: statements against a replay of every second`,
  async run({ servers, say }) {
    const database = await Database.connect({
      url: await servers.createDatabase('bench_year'),
      poolSize: 2,
      applicationName: 'bench',
    });
    try {
      await database.migrate();
      const year = await proveYear(database, PLAN, say);
      const differences = year.months.flatMap((month) => [...month.differences, ...month.blocked]);
      for (const difference of differences.slice(0, 20)) say(difference);
      const lines = year.months.reduce((sum, month) => sum + month.lines, 0);
      const total = year.months.reduce((sum, month) => sum + Number(month.total), 0);
      return [
        atMost(0, {
          name: `YEAR differences between ${year.months.length} statements and the oracle`,
          measured: differences.length,
          limit: 0,
          conditions: `${year.hours.toLocaleString('en')} hours of ${year.intervals.toLocaleString('en')} intervals closed in ${year.secondsClosing.toFixed(0)} s (${year.rows.toLocaleString('en')} rows), replayed in ${year.secondsReplaying.toFixed(0)} s; ${lines} lines, ${total.toFixed(2)} EUR`,
        }),
        atMost(0, {
          name: 'YEAR rows changed by closing the last day again',
          measured: year.changedAgain,
          limit: 0,
          conditions: '24 hours',
        }),
      ];
    } finally {
      await database.close();
    }
  },
};
