/**
 * A lease: until when a system is needed. Its owner is warned a day and an hour before; then the system is stopped or deleted.
 *
 *   0 ──a day before──► 1 ──an hour before──► 2 ──expired──► 3
 *
 * Steps that were missed while no worker ran are not made up for: the latest one counts.
 */
export const EXPIRY_ACTIONS = ['stop', 'delete'] as const;
export type ExpiryAction = (typeof EXPIRY_ACTIONS)[number];

export interface Lease {
  readonly expiresAt: Date;
  readonly action: ExpiryAction;
}

export type LeaseStep = 0 | 1 | 2 | 3;
/** The last step: it has expired. */
export const EXPIRED: LeaseStep = 3;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Nobody has to look at leases that end later than this. */
export const FIRST_WARNING_MS = DAY_MS;

/** The step that a lease is at. */
export function leaseStepAt(expiresAt: Date, now: Date): LeaseStep {
  const left = expiresAt.getTime() - now.getTime();
  if (left <= 0) return EXPIRED;
  if (left <= HOUR_MS) return 2;
  return left <= DAY_MS ? 1 : 0;
}

/**
 * What has to be told or done between the step that was reached and now; undefined: nothing. A protected system is never
 * deleted by its lease: it is stopped.
 */
export function dueOfLease(
  lease: Lease,
  reached: LeaseStep,
  { now, isProtected }: { readonly now: Date; readonly isProtected: boolean },
): { readonly step: LeaseStep; readonly due: 'warn' | ExpiryAction } | undefined {
  const step = leaseStepAt(lease.expiresAt, now);
  if (step <= reached) return undefined;
  if (step !== EXPIRED) return { step, due: 'warn' };
  return { step, due: isProtected ? 'stop' : lease.action };
}
