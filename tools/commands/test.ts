/**
 * `npm test`: all tests; PostgreSQL and Redis are brought up by the suites that need them.
 * The last line counts them: `N passed, N failed`. Arguments narrow the run as in vitest (`npm test -- libs/vsys`).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureLabTools } from './lab-tools.ts';
import { build, runScript, TOOLS } from './steps.ts';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
}

function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    // vitest ended before it could write: the exit code alone counts as one failure.
    return undefined;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'openvsys-test-'));
const file = join(folder, 'report.json');
ensureLabTools();
const built = await build();
const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
const code = built === 0 ? await runScript(TOOLS.vitest, [...args, ...process.argv.slice(2)]) : built;
const report = readReport(file);
rmSync(folder, { recursive: true, force: true });

const passed = report?.numPassedTests ?? 0;
// A suite that cannot even be loaded has no failed test of its own, but it is a failure.
const failed = report?.numFailedTests || (code === 0 && report?.success === true ? 0 : 1);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
