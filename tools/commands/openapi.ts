/** `npm run openapi`: writes openapi/openapi.json and the API client made from it; `--check` fails when stale. */
import { buildAndRun } from './steps.ts';

await buildAndRun('apps/api/dist/openapi.js', process.argv.slice(2));
