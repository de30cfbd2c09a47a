/**
 * `npm run demo`: the whole way, unattended, in a data folder of its own. Every result is checked against the
 * simulated pool itself; exits 0 only when everything was as expected.
 *
 *   bring up ─► plan ─► deploy ─► deploy with the worker killed in the middle ─► a metered hour ─► delete ─► report
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalConfig } from '@openvsys/config';
import colors from 'picocolors';
import { connectCloud } from '../deploy/connect-cloud.js';
import { createScreen, type Screen } from '../screen/screen.js';
import { bringUp } from '../stack/bring-up.js';
import { Checklist } from './checklist.js';
import { DemoStory } from './demo-story.js';
import { SimulatorTables } from './simulator-tables.js';

/** An hour in fifteen seconds: long enough to see its beginning and end, short enough to wait for. */
const TIME_SCALE = 240;

/** Short, so that the second worker takes over soon after the first one is killed. */
const LEASE_SECONDS = 5;

/** Latencies of a real pool, four times as fast. */
const SIMULATOR_SPEED = 4;

/** The demo expects an empty installation and deletes it: it never uses a database or a port that somebody configured. */
const NOTHING_OF_OTHERS = {
  databaseUrl: undefined,
  redisUrl: undefined,
  secretKey: undefined,
  apiPort: undefined,
  postgresPort: undefined,
  redisPort: undefined,
} as const;

/** Answers the exit code. Data and logs are kept when something failed. */
export async function runDemo(config: LocalConfig, signal: AbortSignal): Promise<number> {
  const screen = createScreen(process.stdout);
  const dataDir = await mkdtemp(join(tmpdir(), 'openvsys-demo-'));
  const checklist = new Checklist((line) => screen.line(line));
  const started = Date.now();
  let failure: Error | undefined;
  try {
    await tellStory({ ...config, ...NOTHING_OF_OTHERS, dataDir }, checklist, screen, signal);
  } catch (error) {
    failure = error instanceof Error ? error : new Error('the demo broke off', { cause: error });
  }
  report(checklist, failure, Date.now() - started, screen);
  const passed = failure === undefined && checklist.passed;
  if (passed) await rm(dataDir, { recursive: true, force: true });
  else screen.line(`Data and logs: ${dataDir}`);
  return passed ? 0 : 1;
}

async function tellStory(
  config: LocalConfig,
  checklist: Checklist,
  screen: Screen,
  signal: AbortSignal,
): Promise<void> {
  if (config.pool) throw new Error('the demo looks into a simulated pool: run it without XCP_POOL_URL');
  const stack = await bringUp({
    config,
    workers: 2,
    environment: {
      LEASE_SECONDS: String(LEASE_SECONDS),
      TIME_SCALE: String(TIME_SCALE),
      TIME_ANCHOR: new Date().toISOString(),
    },
    simulatorEnvironment: { XCP_SIM_TIME_SCALE: String(SIMULATOR_SPEED) },
    onNotice: (text) => screen.line(colors.dim(text)),
  });
  try {
    const cloud = connectCloud(stack.apiUrl, stack.credentials);
    const tables = new SimulatorTables(stack.pool.adminUrl ?? '');
    const story = new DemoStory({ stack, cloud, tables, checklist, screen, signal, timeScale: TIME_SCALE });
    await Promise.race([story.tell(), stack.broken.then((reason) => Promise.reject(new Error(reason)))]);
  } finally {
    await stack.stop();
  }
}

function report(checklist: Checklist, failure: Error | undefined, elapsedMs: number, screen: Screen): void {
  const failed = checklist.findings.filter(({ passed }) => !passed);
  const count = `${checklist.findings.length - failed.length} of ${checklist.findings.length} checks passed`;
  screen.line(`\n${colors.bold('Report')}: ${count} in ${(elapsedMs / 1000).toFixed(0)} s`);
  for (const { title, detail } of failed) screen.line(colors.red(`  ✖ ${title}: ${detail}`));
  if (failure !== undefined) screen.line(colors.red(`  ✖ ${failure.message}`));
}
