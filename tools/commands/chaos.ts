/** `npm run chaos -- --minutes N --seed S`: real processes under fire, see apps/e2e/src/chaos. */
import { buildAndRun, PROGRAMS } from './steps.ts';

await buildAndRun(
  [...PROGRAMS, 'apps/e2e/tsconfig.lib.json'],
  'apps/e2e/dist/chaos/main.js',
  process.argv.slice(2),
);
