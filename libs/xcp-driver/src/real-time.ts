/** The wall clock. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@openvsys/vsys';

export const realTime: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};
