/** `npm start`: see apps/local. */
import { buildAndRun, PROGRAMS } from './steps.ts';

await buildAndRun(PROGRAMS, 'apps/local/dist/main.js', ['start', ...process.argv.slice(2)]);
