import { DomainError, hostUuid, type ErrorCode, type Retry } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { judgeFailure, LONGEST_PAUSE_MS, pauseMs, type Trouble } from './retry.js';

const HOST = hostUuid('00000000-0000-4000-8000-00000000000a');
const failure = (code: ErrorCode, at: number, options: { retry?: Retry; host?: typeof HOST } = {}) => ({
  error: new DomainError(code, 'no', options.retry === undefined ? {} : { retry: options.retry }),
  host: options.host ?? null,
  at,
});
const half = () => 0.5;

/** Fails again and again at the end of each pause; answers the number of attempts before giving up. */
function attemptsUntilGivenUp(code: ErrorCode): { attempts: number; ms: number } {
  let trouble: Trouble | undefined;
  let at = 0;
  for (let attempts = 1; ; attempts++) {
    const verdict = judgeFailure(trouble, failure(code, at), half);
    if (verdict.is === 'give-up') return { attempts, ms: at };
    trouble = verdict.trouble;
    at = trouble.notBefore + 1_000;
  }
}

describe('a failed action', () => {
  it.each(['after-change', 'never'] as const)(
    'is given up at once when a repeat cannot help (%s)',
    (retry) => {
      expect(judgeFailure(undefined, failure('pool-refused', 0, { retry }), half).is).toBe('give-up');
    },
  );

  it('is given up after some attempts, but a pool that is away is waited for', () => {
    expect(attemptsUntilGivenUp('uncertain').attempts).toBe(8);
    expect(attemptsUntilGivenUp('pool-unreachable').ms).toBeGreaterThanOrEqual(15 * 60_000);
    expect(attemptsUntilGivenUp('pool-unreachable').ms).toBeLessThan(16 * 60_000);
    expect(attemptsUntilGivenUp('no-capacity').ms).toBeLessThan(60_000);
  });

  it('waits for an absent pool as long as it was told', () => {
    const at = 3_600_000;
    const before = judgeFailure(undefined, failure('pool-unreachable', 0), half);
    const trouble = before.is === 'again' ? before.trouble : undefined;
    const judge = (unreachablePoolMs: number) =>
      judgeFailure(trouble, failure('pool-unreachable', at), half, { unreachablePoolMs }).is;
    expect(judge(at)).toBe('give-up');
    expect(judge(at + 1)).toBe('again');
    expect(judge(Infinity)).toBe('again');
  });

  it('leaves out the host that refused, until none is left', () => {
    const first = judgeFailure(undefined, failure('no-capacity', 0, { host: HOST }), half);
    expect(first).toMatchObject({ is: 'again', trouble: { excluded: [HOST] } });
    const before = first.is === 'again' ? first.trouble : undefined;
    expect(judgeFailure(before, failure('no-capacity', 1), half)).toMatchObject({
      is: 'again',
      trouble: { excluded: [] },
    });
  });

  it('does not leave out a host for what a repeat on it would cure', () => {
    expect(judgeFailure(undefined, failure('pool-busy', 0, { host: HOST }), half)).toMatchObject({
      trouble: { excluded: [] },
    });
  });

  it('waits longer each time, never longer than the bound, and never all at the same moment', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 50].map((n) => pauseMs(n, () => 1));
    expect(bounds).toEqual([500, 1000, 2000, 4000, 8000, 16_000, LONGEST_PAUSE_MS, LONGEST_PAUSE_MS]);
    expect(pauseMs(5, () => 0)).toBe(0);
  });
});
