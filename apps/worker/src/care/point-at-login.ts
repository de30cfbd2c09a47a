/** Says which field of a registration, or of a change of login, made the look at the pool fail. */
import type { ErrorReport } from '@openvsys/vsys';

/** The same report with the field; one that names a field already, or is not about the pool, stays as it is. */
export function pointAtLogin(report: ErrorReport): ErrorReport {
  const pointer = report.pointer ?? fieldOf(report);
  return pointer === undefined ? report : { ...report, pointer };
}

function fieldOf({ code, details = {} }: ErrorReport): string | undefined {
  if (code !== 'pool-refused' && code !== 'pool-unreachable') return undefined;
  if (details['certificates'] !== undefined) return '/certificateFingerprints';
  if (details['xenapi'] === 'SESSION_AUTHENTICATION_FAILED') return '/password';
  return '/urls';
}
