/**
 * Policies of back-ups: when they are taken, and which of them stay. A back-up stays as long as one rule wants it: among the last
 * so many, or the latest of one of the last so many days, weeks or months that have one, in the policy's time zone.
 */
import { DateTime } from 'luxon';
import { DomainError } from '../errors.js';
import type { BackupId } from '../ids.js';
import { diskFactsOf } from '../spec/change/backups.js';
import type { DiskPart, VsysSpec } from '../spec/vsys-spec.js';

export const KEEP_RULES = ['last', 'daily', 'weekly', 'monthly'] as const;
export type KeepRule = (typeof KEEP_RULES)[number];
/** How many each rule keeps; absent: none. */
export type KeepRules = { readonly [R in KeepRule]?: number };

/** As many as a system with a policy for each of its disks could need. */
export const MAX_BACKUP_POLICIES = 20;

export interface TakenBackup {
  readonly id: BackupId;
  readonly takenAt: Date;
}

const PERIODS: Readonly<Record<Exclude<KeepRule, 'last'>, (at: DateTime) => string>> = {
  daily: (at) => at.toFormat('yyyy-MM-dd'),
  // ISO weeks begin on Monday.
  weekly: (at) => at.toFormat(`kkkk-'W'WW`),
  monthly: (at) => at.toFormat('yyyy-MM'),
};

/** Throws `invalid-request` when nothing would be kept. */
export function requireKeeping(keep: KeepRules): void {
  if (KEEP_RULES.some((rule) => (keep[rule] ?? 0) > 0)) return;
  throw new DomainError('invalid-request', 'The policy would keep no back-up.', {
    pointer: '/keep',
    remedy: 'Say how many to keep: `last`, `daily`, `weekly` or `monthly`.',
  });
}

/** Those of one disk that no rule wants any more, oldest first. */
export function expiredBackups(
  taken: readonly TakenBackup[],
  keep: KeepRules,
  timeZone: string,
): readonly BackupId[] {
  const latestFirst = taken.toSorted(
    (a, b) => b.takenAt.getTime() - a.takenAt.getTime() || (a.id < b.id ? 1 : -1),
  );
  const kept = new Set(latestFirst.slice(0, keep.last ?? 0).map(({ id }) => id));
  for (const rule of ['daily', 'weekly', 'monthly'] as const) {
    for (const { id } of latestOfPeriods(latestFirst, PERIODS[rule], timeZone).slice(0, keep[rule] ?? 0))
      kept.add(id);
  }
  return latestFirst
    .filter(({ id }) => !kept.has(id))
    .map(({ id }) => id)
    .toReversed();
}

function latestOfPeriods(
  latestFirst: readonly TakenBackup[],
  periodOf: (at: DateTime) => string,
  timeZone: string,
): readonly TakenBackup[] {
  const latest = new Map<string, TakenBackup>();
  for (const backup of latestFirst) {
    const period = periodOf(DateTime.fromJSDate(backup.takenAt, { zone: timeZone }));
    if (!latest.has(period)) latest.set(period, backup);
  }
  return [...latest.values()];
}

/** The disks that a policy is about, by names of data disks and servers; none named: all. Names that are gone are passed over. */
export function policySources(spec: VsysSpec, names: readonly string[]): readonly DiskPart[] {
  const servers = spec.servers.filter(({ kind }) => kind === 'server');
  const all = [...spec.disks, ...servers];
  return all
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map(({ id }) => diskFactsOf(spec, id).id);
}
