/** `npm run simulate -- --seeds N`: tells random stories of the whole service in virtual time, see apps/simulate. */
import { buildAndRun } from './steps.ts';

await buildAndRun(['apps/simulate/tsconfig.lib.json'], 'apps/simulate/dist/main.js', process.argv.slice(2));
