/** `npm run demo`: see apps/local. */
import { buildAndRun } from './steps.ts';

await buildAndRun('apps/local/dist/main.js', ['demo', ...process.argv.slice(2)]);
