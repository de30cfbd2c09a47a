/**
 * `npm run chaos -- --minutes 10 --seed 1`: real processes under fire.
 *
 *   --minutes N   how long things go wrong (2)      --seed N      which faults, when (1)
 *   --callers N   who ask meanwhile (4)             --scale N     simulated seconds per second (10)
 *   --other FILE  built main.js of another version of the worker, which runs beside this one's
 *   --json FILE   the figures                       --no-restore  leaves the older database out
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LEASE_SECONDS } from '../cloud/cloud.js';
import { chaos, type ChaosReport } from './chaos.js';
import { ChaosWorld } from './chaos-world.js';
import { FAULTS } from './faults.js';
import { restoreOlderDatabase, type RestoreReport } from './older-database.js';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    callers: { type: 'string', default: '4' },
    scale: { type: 'string', default: '10' },
    other: { type: 'string' },
    json: { type: 'string' },
    restore: { type: 'boolean', default: true },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const world = await ChaosWorld.open({ timeScale: Number(values.scale), otherWorker: values.other });
say(`seed ${values.seed}; logs in ${world.cloud.folder}`);
for (const each of world.missing) say(`LEFT OUT on this machine: ${each}`);
let failed = true;
try {
  const plan = {
    seed: Number(values.seed),
    minutes: Number(values.minutes),
    callers: Number(values.callers),
    say,
  };
  const report = await chaos(world, plan);
  const restored = values.restore ? await restoreOlderDatabase(world).catch(notRestored) : undefined;
  tell(report, restored);
  failed = report.violations.length + (restored?.violations.length ?? 0) > 0;
} finally {
  await world.close();
}
process.exit(failed ? 1 : 0);

function notRestored(error: unknown): RestoreReport {
  return { unknown: 0, told: 0, violations: [`the older database: ${String(error)}`] };
}

function tell(report: ChaosReport, restored: RestoreReport | undefined): void {
  const sorted = report.recoveries.toSorted((a, b) => a - b);
  const quantile = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2);
  const struck = [...report.faults.values()].reduce((sum, count) => sum + count, 0);
  const { tally } = report;
  const refusals = [...tally.refusals].map(([code, count]) => `${code}: ${count}`).join(', ');
  say(`\n${report.operations} operations accepted and ended, ${report.steps} steps done`);
  say(`${struck} faults of ${report.faults.size} kinds (of ${FAULTS.length} there are)`);
  say(
    `recovery ÷ lease of ${LEASE_SECONDS} s: median ${quantile(0.5)}, p95 ${quantile(0.95)}, worst ${quantile(1)}`,
  );
  say(`${tally.unanswered} requests without an answer, repeated; refused: ${refusals || 'none'}`);
  if (restored !== undefined)
    say(
      `older database: ${restored.unknown} servers unknown, ${restored.told} told, ${restored.violations.length} violations`,
    );
  const violations = [...report.violations, ...(restored?.violations ?? [])];
  say(`violations: ${violations.length}`);
  for (const violation of violations) say(`VIOLATION ${violation}`);
  if (values.json === undefined) return;
  const figures = { ...report, faults: Object.fromEntries(report.faults), tally: undefined, restored };
  writeFileSync(values.json, JSON.stringify(figures, null, 2));
}
