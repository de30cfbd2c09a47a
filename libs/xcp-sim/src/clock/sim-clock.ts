// Purpose: the one clock every wait goes through.
//
//   real     1 simulated ms = 1 ms
//   scaled   `speed` simulated ms = 1 ms (4 = four times faster)
//   virtual  time stands still until a test advances it

/**
 * `work` is something being done; `timeout` is somebody waiting for nothing in particular (a blocked event call);
 * `daemon` is what the server does for ever (sweeps, heartbeats). Only work keeps `runUntilIdle` going.
 */
export type TimerKind = 'work' | 'timeout' | 'daemon';

export interface SimClock {
  /** Simulated milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `action` once after `ms` simulated milliseconds; the returned function cancels it. */
  schedule(ms: number, action: () => void, kind?: TimerKind): () => void;
  /** Cancels everything that is still scheduled. */
  close(): void;
}

/** Waits `ms` simulated milliseconds, or rejects with the signal's reason as soon as it is aborted. */
export function sleep(
  clock: SimClock,
  ms: number,
  signal?: AbortSignal,
  kind: TimerKind = 'work',
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.schedule(
      ms,
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      kind,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
