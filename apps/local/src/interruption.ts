/** The wish to stop: Ctrl-C, SIGTERM, a closed terminal, or the death of whoever started us. */
export interface Interruption {
  readonly signal: AbortSignal;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A second Ctrl-C does not wait any longer: the guards of the processes stop them. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error('interrupted'));
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  // The channel to the npm script closes when that is killed, even by SIGKILL.
  if (process.connected) process.on('disconnect', () => controller.abort(new Error('the launcher is gone')));
  return { signal: controller.signal };
}

/** Resolves when the signal fires. */
export async function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
