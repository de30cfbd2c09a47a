/** `npm run vsysctl -- …`: the admin CLI from its sources. */
import { buildAndRun } from './steps.ts';

await buildAndRun(['apps/cli/tsconfig.lib.json'], 'apps/cli/dist/main.js', process.argv.slice(2));
