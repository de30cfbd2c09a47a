/** `npm run openapi`: writes openapi/openapi.json and the API client made from it; `--check` fails when stale. */
import { buildAndRun } from './steps.ts';

// Only the API: what uses its client may not compile before the client is made anew.
await buildAndRun(['apps/api/tsconfig.lib.json'], 'apps/api/dist/openapi.js', process.argv.slice(2));
