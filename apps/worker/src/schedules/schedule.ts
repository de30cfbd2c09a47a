/** One periodic job: its next run is planned when the last one has ended, so runs never overlap. */
import type { Logger } from '@openvsys/observability';
import { asDomainError, type Clock } from '@openvsys/vsys';

export interface Schedule {
  readonly name: string;
  /** Pause between the end of a run and the begin of the next, ms. */
  readonly everyMs: number;
  /** Also run at once, without waiting for the first pause. */
  readonly atOnce?: true;
  run(): Promise<void>;
}

export interface RunningSchedules {
  /** Begins no further run and waits for those under way. */
  stop(): Promise<void>;
}

/** Runs all of them until `stop`. A run that fails is logged and comes again at its next time. */
export function runSchedules(schedules: readonly Schedule[], clock: Clock, log: Logger): RunningSchedules {
  const stopping = new AbortController();
  const running = schedules.map(async (schedule) => await keepRunning(schedule, clock, log, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

async function keepRunning(schedule: Schedule, clock: Clock, log: Logger, stop: AbortSignal): Promise<void> {
  let wait = schedule.atOnce !== true;
  while (!stop.aborted) {
    if (wait) await clock.sleep(schedule.everyMs, stop).catch(() => {});
    wait = true;
    if (stop.aborted) return;
    try {
      await schedule.run();
    } catch (thrown) {
      const error = asDomainError(thrown);
      log.warn(
        { schedule: schedule.name, code: error.code, error: error.message, err: error.cause },
        'periodic job failed',
      );
    }
  }
}
