/** `npm run demo`: see apps/local. */
import { buildAndRun, PROGRAMS } from './steps.ts';

await buildAndRun(PROGRAMS, 'apps/local/dist/main.js', ['demo', ...process.argv.slice(2)]);
