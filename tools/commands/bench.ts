/** `npm run bench [-- --json FILE]`: prints each ratio with its limit and goal. */
import { buildAndRun, PROGRAMS } from './steps.ts';

await buildAndRun(
  [...PROGRAMS, 'apps/bench/tsconfig.lib.json'],
  'apps/bench/dist/main.js',
  process.argv.slice(2),
);
