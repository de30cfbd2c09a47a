/**
 * P8: operations a second through the whole pipeline, from POST to the committed end, against what the two servers under
 * it can do at most: jobs that BullMQ moves, and PostgreSQL writing the same rows in the same number of commits.
 * The pool answers at once (simulator profile `instant`) and the operation needs no slot of it, so that it is our own
 * work that is measured.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { atLeast, type Measure } from '../measure.js';
import { rawCommitsPerSecond, rawOperationsPerSecond } from '../world/raw-commits.js';
import { rawJobsPerSecond } from '../world/raw-jobs.js';
import type { Tenant } from '../world/tenant.js';
import { World } from '../world/world.js';

const OPERATIONS = 300;
const WARM_UP = 30;
/** Requests under way at the same time. */
const CLIENTS = 8;
const LOOK_EVERY_MS = 20;
const LIMIT_MS = 120_000;

/** The smallest system: one segment, made by two calls. Clones would wait for each other in the pool. */
const SOURCE = `
apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: bench-one, version: 1.0.0, title: One segment }
vnets:
  net: { cidr: 10.0.0.0/24 }
vservers: {}
`;

export const pipeline: Measure = {
  id: 'P8',
  title: 'operations/s through the whole pipeline ÷ min(BullMQ alone, PostgreSQL alone)',
  async run({ servers, say }) {
    const pool = { profile: 'instant', timeScale: 1, hosts: 3 };
    const world = await World.open(servers, { pool, workers: 1 });
    try {
      const tenant = await world.startApi();
      say(`${OPERATIONS} operations`);
      await runOperations(world, tenant, 'warm', WARM_UP);
      const model = await tenant.create({ name: 'model', descriptor: { source: SOURCE } });
      await tenant.finish(model.operationId, LIMIT_MS);
      const before = await writes(world);
      const seconds = await runOperations(world, tenant, 'op', OPERATIONS);
      const commits = ((await writes(world)) - before) / OPERATIONS;
      await world.stopWorkers();
      say('raw jobs and raw commits');
      const jobs = await rawJobsPerSecond(servers.redisUrl);
      const same = await rawOperationsPerSecond(world.databaseUrl, model.vsysId, Math.round(commits));
      const oneRow = await rawCommitsPerSecond(world.databaseUrl);
      const operations = OPERATIONS / seconds;
      const numbers = [
        `${operations.toFixed(1)} operations/s of ${commits.toFixed(1)} writing commits`,
        `PostgreSQL alone writes the same in the same number of commits ${same.toFixed(0)} times/s`,
        `BullMQ alone moves ${jobs.toFixed(0)} jobs/s`,
        `÷ one-row commits (${oneRow.toFixed(0)}/s): ${((operations * commits) / oneRow).toFixed(3)}`,
      ];
      return [
        atLeast(0.7, {
          name: 'P8 operations/s ÷ min(BullMQ, PostgreSQL)',
          measured: operations / Math.min(jobs, same),
          limit: 1,
          conditions: `creation of systems of one segment, simulator profile instant, ${CLIENTS} clients, one API, one worker; ${numbers.join('; ')}`,
        }),
      ];
    } finally {
      await world.close();
    }
  },
};

/** Seconds from the first POST to the last end. */
async function runOperations(world: World, tenant: Tenant, name: string, count: number): Promise<number> {
  const goal = (await countSucceeded(world)) + count;
  const started = performance.now();
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await tenant.create({ name: `${name}-${next}`, descriptor: { source: SOURCE } });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  while ((await countSucceeded(world)) < goal) {
    if (performance.now() - started > LIMIT_MS) throw new Error('the operations did not end');
    await delay(LOOK_EVERY_MS);
  }
  return (performance.now() - started) / 1000;
}

async function countSucceeded({ database }: World): Promise<number> {
  const row = await database.session(async (session) =>
    session.first<{ n: number }>(`SELECT count(*)::integer AS n FROM operation WHERE state = 'succeeded'`),
  );
  return row?.n ?? 0;
}

/** Only transactions that write are given a number. */
async function writes({ database }: World): Promise<number> {
  const row = await database.session(async (session) =>
    session.first<{ n: string }>('SELECT pg_current_xact_id()::text AS n'),
  );
  return Number(row?.n ?? 0);
}
