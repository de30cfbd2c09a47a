/**
 * Thousands of servers made, changed, moved and deleted under random faults. `SOAK_SERVERS=10000 SOAK_SEED=1 npx vitest run soak`
 * makes it long.
 */
import { expect, it } from 'vitest';
import { Soak } from './soak.js';

const SERVERS = Number(process.env['SOAK_SERVERS'] ?? 60);
const SEED = Number(process.env['SOAK_SEED'] ?? 1);
const TOLD_EVERY = 600;
/** Ten thousand servers take seven minutes on an idle core, and an hour on a busy one. */
const LIMIT_MS = 4 * 3_600_000;

it(`leaves nothing of ${SERVERS} servers`, { timeout: LIMIT_MS }, async (context) => {
  const begin = performance.now();
  const soak = new Soak({
    seed: SEED,
    servers: SERVERS,
    onProgress: (made) => {
      if (made % TOLD_EVERY === 0)
        process.stderr.write(
          `${made} of ${SERVERS} servers after ${Math.round((performance.now() - begin) / 1000)} s\n`,
        );
    },
  });
  const figures = await soak.run();
  await context.annotate(JSON.stringify(figures));
  if (SERVERS >= TOLD_EVERY) process.stderr.write(`${JSON.stringify(figures, null, 2)}\n`);
  expect(figures.servers).toBeGreaterThanOrEqual(SERVERS);
  expect(figures.violations).toEqual([]);
  expect(soak.sim.pool.crashes).toEqual([]);
  const { sessions, ...objects } = figures.left;
  expect(Object.values(objects)).toEqual(Object.values(objects).map(() => 0));
  // A worker has one session and one of events, and another one of each after a coordinator forgot it.
  expect(sessions).toBeLessThanOrEqual(4);
  soak.close();
});
