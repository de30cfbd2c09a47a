/** The periodic jobs about whole systems. Any number of workers may run them at once. */
import type { Logger } from '@openvsys/observability';
import { asDomainError, type VsysId } from '@openvsys/vsys';
import type { Schedule } from '../schedules/schedule.js';
import type { DueDatabase } from './admit-due.js';
import { listSystemsToPurge, purge } from './empty-bin.js';
import { listUpdatedSystems, runEfmUpdates } from './run-efm-updates.js';
import { listSystemsWithLeases, runLease } from './run-leases.js';
import {
  expireBackups,
  listSystemsToBackUp,
  listSystemsWithExpiredBackups,
  runBackups,
} from './run-backups.js';
import { listSystemsWithSchedules, runSchedules } from './run-schedules.js';

/** Cron expressions have minutes: nothing is later than this. */
const LOOK_MS = 15_000;

export interface DueParts {
  readonly database: DueDatabase;
  /** The time that leases, schedules and the recycle bin go by: that of the bill. */
  readonly now: () => Date;
  readonly log: Logger;
}

interface DueJob {
  readonly name: string;
  list(database: DueDatabase, now: Date): Promise<readonly VsysId[]>;
  run(database: DueDatabase, id: VsysId, now: Date): Promise<void>;
}

const JOBS: readonly DueJob[] = [
  { name: 'vsys-schedules', list: listSystemsWithSchedules, run: runSchedules },
  { name: 'backup-policies', list: listSystemsToBackUp, run: runBackups },
  { name: 'backup-retention', list: listSystemsWithExpiredBackups, run: expireBackups },
  { name: 'vsys-leases', list: listSystemsWithLeases, run: runLease },
  { name: 'efm-updates', list: listUpdatedSystems, run: runEfmUpdates },
  { name: 'recycle-bin', list: listSystemsToPurge, run: purge },
];

export function dueSchedules(parts: DueParts): readonly Schedule[] {
  return JOBS.map((job) => ({ name: job.name, everyMs: LOOK_MS, run: async () => runJob(job, parts) }));
}

/** One system that cannot be served keeps no other waiting; it comes again at the next look. */
async function runJob(job: DueJob, { database, now, log }: DueParts): Promise<void> {
  const at = now();
  for (const vsysId of await job.list(database, at)) {
    await job.run(database, vsysId, at).catch((thrown: unknown) => {
      const { code, message, cause } = asDomainError(thrown);
      log.warn(
        { job: job.name, vsysId, code, error: message, err: cause },
        'what is due of a system has to wait',
      );
    });
  }
}
