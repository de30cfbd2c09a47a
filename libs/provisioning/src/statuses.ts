/** What changed in how the user sees the parts of a VSYS, and what each of them holds from now on. */
import { holdingsOfParts } from '@openvsys/metering';
import {
  partStatuses,
  vsysPhase,
  type Activity,
  type ErrorReport,
  type Holdings,
  type ObservedVsys,
  type PartStatus,
  type VsysPhase,
  type VsysWork,
} from '@openvsys/vsys';

export interface StatusSituation extends Activity {
  readonly converged: boolean;
  readonly parked: ErrorReport | null;
}

export interface StatusNews {
  readonly phase?: VsysPhase;
  readonly parts: readonly PartStatus[];
  readonly holdings: readonly Holdings[];
}

export function statusNews(work: VsysWork, observed: ObservedVsys, situation: StatusSituation): StatusNews {
  const { spec, reachedSpec } = work;
  const before = new Map(work.parts.map((status) => [status.part, status]));
  const statuses = withForgotten(work, partStatuses(spec, observed, situation));
  const parts = statuses.filter((status) => !isSame(before.get(status.part), status));
  const phase = vsysPhase({
    spec,
    observedGeneration: work.observedGeneration,
    converged: situation.converged,
    parked: situation.parked !== null,
  });
  // What a part holds may change without its state: a disk that grew, a server of another type. Told once it is so.
  const told = situation.converged && isNewlyReached(work) ? statuses : parts;
  const holdings = holdingsOfParts(reachedSpec === undefined ? [spec] : [spec, reachedSpec], told);
  return { parts, holdings, ...(phase === work.phase ? {} : { phase }) };
}

/** Nothing was said yet of having reached this generation, or somebody waits for it. */
export function isNewlyReached(work: VsysWork): boolean {
  return work.observedGeneration !== work.spec.generation || work.operations.length > 0;
}

/** The recorded statuses after the news were stored. */
export function statusesAfter(
  before: readonly PartStatus[],
  news: readonly PartStatus[],
): readonly PartStatus[] {
  const byId = new Map(before.map((status) => [status.part, status]));
  for (const status of news) {
    if (status.state === 'gone') byId.delete(status.part);
    else byId.set(status.part, status);
  }
  return [...byId.values()];
}

/** A recorded part that is neither wanted nor in the pool any more is gone. */
function withForgotten(work: VsysWork, statuses: readonly PartStatus[]): readonly PartStatus[] {
  const known = new Set(statuses.map((status) => status.part));
  const gone = work.parts
    .filter(({ part }) => !known.has(part))
    .map(({ part }): PartStatus => ({ part, state: 'gone', host: null, reason: null }));
  return [...statuses, ...gone];
}

/** A part that was never recorded and is gone needs no word. */
function isSame(before: PartStatus | undefined, now: PartStatus): boolean {
  if (before === undefined) return now.state === 'gone';
  if (before.sizeGiB !== now.sizeGiB && now.sizeGiB !== undefined) return false;
  return before.state === now.state && before.host === now.host && before.reason === now.reason;
}
