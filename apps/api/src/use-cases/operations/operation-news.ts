/**
 * Tells who waits for an operation, or for the configuration of an EFM, that something about it may be new; ids differ. One LISTEN connection a process serves all waiters.
 * News is only a hint: waiters look again by themselves, so a lost connection only makes them slower.
 */
export abstract class OperationNews {
  /** Resolves at the next news, after `ms`, or when the signal aborts; never rejects. */
  abstract wait(operationId: string, ms: number, signal: AbortSignal): Promise<void>;
}

/** In the process: waiters by operation, told by whoever receives notifications. */
export class OperationNewsBoard extends OperationNews {
  private readonly waiters = new Map<string, Set<() => void>>();

  /** Wakes all who wait for this operation. */
  tell(operationId: string): void {
    for (const wake of this.waiters.get(operationId) ?? []) wake();
  }

  /** After a lost connection: everybody looks. */
  tellAll(): void {
    for (const id of this.waiters.keys()) this.tell(id);
  }

  async wait(operationId: string, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || ms <= 0) return;
    await new Promise<void>((resolve) => {
      const waiting = this.waiters.get(operationId) ?? new Set();
      this.waiters.set(operationId, waiting);
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        if (waiting.size === 0 && this.waiters.get(operationId) === waiting) this.waiters.delete(operationId);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake, { once: true });
      waiting.add(wake);
    });
  }
}
