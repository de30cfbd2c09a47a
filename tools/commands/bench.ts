/** `npm run bench [-- --json FILE]`: prints each ratio with its limit and goal. */
import { buildAndRun } from './steps.ts';

await buildAndRun('apps/bench/dist/main.js', process.argv.slice(2));
