/** Waiting for a state, with a limit: the only way in which these tests pass time. */
import { setTimeout as delay } from 'node:timers/promises';

/** A look costs a request; forty a second are not noticed. */
const LOOK_EVERY_MS = 25;

export interface Wait {
  /** What is waited for, as the error names it. */
  readonly for: string;
  readonly limitMs: number;
}

/** Looks until there is an answer. Throws with the last thrown error as cause when none comes in time. */
export async function eventually<Answer>(
  look: () => Promise<Answer | undefined>,
  wait: Wait,
): Promise<Answer> {
  const until = performance.now() + wait.limitMs;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await look();
      if (answer !== undefined) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > until) {
      const why = cause instanceof Error ? `: ${cause.message}` : '';
      throw new Error(`waited ${wait.limitMs} ms for ${wait.for}${why}`, { cause });
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** Waits until it holds. */
export async function until(holds: () => Promise<boolean>, wait: Wait): Promise<void> {
  await eventually(async () => ((await holds()) ? true : undefined), wait);
}
