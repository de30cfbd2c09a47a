/** Estimates of plans, learnt from what actions took before; kept for a while, so that a plan does not ask for them. */
import { Injectable } from '@nestjs/common';
import { Database, listActionDurations, type ActionDuration } from '@openvsys/persistence';
import type { PoolId, PreviewOptions } from '@openvsys/vsys';

export type Estimates = NonNullable<PreviewOptions['estimates']>;

/** Loads change slowly, and the question reads thousands of rows, ms. */
const KEPT_MS = 5 * 60 * 1_000;

@Injectable()
export class LearntEstimates {
  private known: readonly ActionDuration[] = [];
  private until = 0;
  private asking: Promise<void> | undefined;

  constructor(private readonly database: Database) {}

  /** Of one pool where it has done such an action often enough, else of all; kinds without any are missing. */
  async of(pool: PoolId | undefined): Promise<Estimates> {
    if (Date.now() >= this.until) {
      this.asking ??= this.ask().finally(() => (this.asking = undefined));
      // Only the first plan of a process waits; later ones take what is known while it is asked anew.
      if (this.until === 0) await this.asking;
    }
    return estimatesOf(this.known, pool);
  }

  private async ask(): Promise<void> {
    try {
      this.known = await this.database.session(listActionDurations);
    } catch {
      // The built-in figures and what was known serve as well: a plan does not fail for its estimate.
    }
    this.until = Date.now() + KEPT_MS;
  }
}

/** Figures of the pool win over those of all pools. */
export function estimatesOf(durations: readonly ActionDuration[], pool: PoolId | undefined): Estimates {
  const everywhere = durations.filter(({ poolId }) => poolId === null);
  const here = durations.filter(({ poolId }) => poolId !== null && poolId === pool);
  return Object.fromEntries([...everywhere, ...here].map(({ kind, median }) => [kind, median]));
}
