/**
 * Quota without counters: what is used is what rows say. A request locks the limit, adds up the rows, and adds its own in the
 * same transaction; an operation that fails or expires takes its rows with it; two rows never stand for one thing.
 *
 *   asked ──lock, add up──► held (planned) ──► held (there) ──► released
 *                 └ full: refused        └──── failed ────────► released
 */
import type { Model, Step } from './explore.js';

type Request = 'asked' | 'locked' | 'planned' | 'there' | 'refused' | 'released';

export interface QuotaState {
  readonly requests: readonly Request[];
  /** What each saw when it added up, until it commits. */
  readonly seen: readonly (number | null)[];
}

export interface QuotaRules {
  readonly limit: number;
  readonly requests: number;
  readonly mistake?: 'no-lock' | 'count-only-there' | 'never-release';
}

const HELD: readonly Request[] = ['planned', 'there'];

export function quota({ limit, requests, mistake }: QuotaRules): Model<QuotaState> {
  return {
    initial: {
      requests: Array.from({ length: requests }, () => 'asked'),
      seen: Array.from({ length: requests }, () => null),
    },
    steps: (state) => state.requests.flatMap((_, index) => requestSteps(state, index)),
    broken: ({ requests: all }) =>
      all.filter((each) => HELD.includes(each)).length > limit
        ? 'more is held than the limit allows'
        : undefined,
    isSettled: ({ requests: all }) => all.every((each) => each === 'released' || each === 'refused'),
  };

  function requestSteps(state: QuotaState, index: number): Step<QuotaState>[] {
    const name = `request ${index + 1}`;
    const to = (
      event: string,
      request: Request,
      seen: number | null = null,
      kind: Step<QuotaState>['kind'] = 'work',
    ): Step<QuotaState> => ({
      event: `${name} ${event}`,
      kind,
      next: { requests: state.requests.with(index, request), seen: state.seen.with(index, seen) },
    });
    const used = state.requests.filter((each) =>
      mistake === 'count-only-there' ? each === 'there' : HELD.includes(each),
    ).length;
    switch (state.requests[index]) {
      case 'asked': {
        const isLocked = state.requests.includes('locked');
        return isLocked && mistake !== 'no-lock' ? [] : [to('adds up', 'locked', used)];
      }
      case 'locked':
        return [
          (state.seen[index] ?? 0) < limit ? to('is admitted', 'planned') : to('is refused', 'refused'),
          to('is rolled back', 'asked', null, 'fault'),
        ];
      case 'planned':
        return [
          to('is there', 'there'),
          to('fails', mistake === 'never-release' ? 'planned' : 'released', null, 'fault'),
        ];
      case 'there':
        return mistake === 'never-release' ? [] : [to('is deleted', 'released')];
      default:
        return [];
    }
  }
}
