/**
 * `npm run check`: types, project dependencies, lint with module boundaries, format, unit tests. `--without-tests` is for
 * whoever runs all tests anyway.
 */
import { build, runScript, TOOLS } from './steps.ts';

const UNIT_TESTS = 'unit tests';

const CHECKS: readonly (readonly [string, () => Promise<number>])[] = [
  ['project dependencies', () => runScript('tools/workspace/sync-projects.ts', ['--check'])],
  ['types', build],
  ['types of tools', () => runScript(TOOLS.tsc, ['-p', 'tools'])],
  ['lint and boundaries', () => runScript(TOOLS.oxlint, ['--type-aware', '--deny-warnings'])],
  ['format', () => runScript(TOOLS.prettier, ['--check', '--log-level', 'warn', '.'])],
  [
    UNIT_TESTS,
    () => runScript(TOOLS.vitest, ['run', '--reporter=dot'], { env: { OPENVSYS_TEST_TIER: 'unit' } }),
  ],
];

const isWithoutTests = process.argv.includes('--without-tests');
const failed: string[] = [];
for (const [name, run] of CHECKS) {
  if (isWithoutTests && name === UNIT_TESTS) continue;
  const code = await run();
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (code !== 0) failed.push(name);
}
if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);
