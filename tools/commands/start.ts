/** `npm start`: see apps/local. */
import { buildAndRun } from './steps.ts';

await buildAndRun('apps/local/dist/main.js', ['start', ...process.argv.slice(2)]);
