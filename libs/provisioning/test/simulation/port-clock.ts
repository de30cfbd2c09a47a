/** The simulator's clock behind the domain's port. */
import type { Clock } from '@openvsys/vsys';
import type { SimClock } from '@openvsys/xcp-sim';

export function portClock(clock: SimClock): Clock {
  return {
    now: () => new Date(clock.now()),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const cancel = clock.schedule(ms, resolve);
        signal?.addEventListener(
          'abort',
          () => {
            cancel();
            reject(signal.reason as Error);
          },
          { once: true },
        );
      });
    },
  };
}
