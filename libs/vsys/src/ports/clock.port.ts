/** Time as the domain's callers see it; tests and the simulation give their own. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
