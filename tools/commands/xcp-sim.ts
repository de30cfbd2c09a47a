/** `npm run xcp-sim -- …`: the XenAPI simulator alone, from its sources. See docs/simulator.md. */
import { buildAndRun } from './steps.ts';

await buildAndRun(['apps/xcp-sim/tsconfig.lib.json'], 'apps/xcp-sim/dist/main.js', process.argv.slice(2));
