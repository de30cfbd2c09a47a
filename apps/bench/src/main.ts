/**
 * `npm run bench`: runs every measure against real processes on this machine and prints each ratio with its limit and
 * its goal. Exit code 0 when all of them ran (with --strict: and reached their goals), 1 otherwise, 2 for bad arguments.
 */
import { writeFile } from 'node:fs/promises';
import colors from 'picocolors';
import { readCommandLine, type CommandLine } from './command-line.js';
import type { Measure, Result } from './measure.js';
import { resultTable } from './report/result-table.js';
import { startServers, type Servers } from './world/servers.js';

/** As a shell says it of a program ended by Ctrl-C. */
const INTERRUPTED = 130;

interface Outcome {
  readonly results: readonly Result[];
  readonly broken: readonly string[];
  readonly skipped: readonly string[];
}

async function main(args: readonly string[]): Promise<number> {
  let line: CommandLine;
  try {
    line = readCommandLine(args);
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
  const started = performance.now();
  const { results, broken, skipped } = await runAll(line.measures);
  console.log(`\n${resultTable(results)}`);
  for (const reason of skipped) console.error(colors.yellow(reason));
  for (const reason of broken) console.error(colors.red(reason));
  if (line.jsonFile !== undefined)
    await writeFile(line.jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
  const missed = results.filter(({ pass }) => !pass).length;
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  console.log(`${results.length - missed} of ${results.length} goals reached in ${minutes} minutes`);
  return broken.length > 0 || (missed > 0 && line.onMiss === 'fail') ? 1 : 0;
}

/** The processes die with this one by themselves; the folder does not. */
function cleanUpWhenInterrupted(servers: Servers): void {
  let ending: Promise<void> | undefined;
  const end = (): void => {
    ending ??= servers.stop('remove').finally(() => process.exit(INTERRUPTED));
  };
  // Several of these come together when the npm script is killed: its own signal, and the end of the channel to it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (process.connected) process.on('disconnect', end);
}

async function runAll(measures: readonly Measure[]): Promise<Outcome> {
  const servers = await startServers();
  cleanUpWhenInterrupted(servers);
  const results: Result[] = [];
  const broken: string[] = [];
  const skipped: string[] = [];
  try {
    for (const measure of measures) {
      const obstacle = measure.findObstacle?.();
      if (obstacle !== undefined) {
        skipped.push(`SKIPPED ${measure.id} (${measure.title}): ${obstacle}`);
        continue;
      }
      try {
        results.push(...(await runOne(measure, servers)));
      } catch (error) {
        broken.push(
          `${measure.id} could not be measured: ${messageOf(error)} (logs: ${servers.folder}/logs)`,
        );
      }
    }
  } finally {
    await servers.stop(broken.length === 0 ? 'remove' : 'keep');
  }
  return { results, broken, skipped };
}

async function runOne(measure: Measure, servers: Servers): Promise<readonly Result[]> {
  const started = performance.now();
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s`;
  console.log(`${colors.bold(measure.id)} ${measure.title}`);
  const results = await measure.run({
    servers,
    say: (text) => console.log(colors.dim(`  ${seconds()}  ${text}`)),
  });
  for (const { name, measured, pass } of results) {
    const verdict = pass ? colors.green('pass') : colors.red('MISS');
    console.log(`  ${seconds()}  ${verdict} ${name}: ${measured.toFixed(3)}`);
  }
  return results;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.exit(await main(process.argv.slice(2)));
