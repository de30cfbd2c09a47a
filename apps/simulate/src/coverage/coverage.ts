/** Which cells were reached, and directed stories for those that were not. */
import type { Strike, Story } from '../story/story.js';
import { cellOf, FAULTS, KINDS, MOMENTS, type Cell } from './cells.js';
import { directedStory } from './directed-story.js';

/** Strikes in one story: more reach more cells at once, but the first ones keep the others from happening. */
const STRIKES_A_STORY = 6;
/** Rounds after which a cell counts as one that cannot be reached. */
const ROUNDS = 3;

export class Coverage {
  readonly #times = new Map<Cell, number>();

  note(reached: ReadonlySet<Cell>): void {
    for (const cell of reached) this.#times.set(cell, (this.#times.get(cell) ?? 0) + 1);
  }

  get reached(): number {
    return listStrikes().filter((strike) => this.#has(strike)).length;
  }

  get existing(): number {
    return listStrikes().length;
  }

  get missing(): readonly Strike[] {
    return listStrikes().filter((strike) => !this.#has(strike));
  }

  /** One row a kind: how many cells of each moment were reached, of as many as there are faults. */
  table(): readonly (readonly [string, ...string[]])[] {
    return KINDS.map((kind) => [
      kind,
      ...MOMENTS.map((moment) => {
        const missing = FAULTS.filter((fault) => !this.#times.has(cellOf(kind, moment, fault)));
        const count = `${FAULTS.length - missing.length}/${FAULTS.length}`;
        return missing.length === 0 ? count : `${count} (not: ${missing.join(', ')})`;
      }),
    ]);
  }

  /** Stories that aim at what is missing; each round tries those that the last one did not reach. */
  *directed(): Generator<Story> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const missing = [...this.missing];
      // Neighbours in the list are of one kind and would wait for one another.
      const stories = Math.ceil(missing.length / STRIKES_A_STORY);
      for (let n = 0; n < stories; n += 1) {
        const strikes = missing.filter((_, index) => index % stories === n);
        yield directedStory(
          round * 1_000 + n + 1,
          strikes.map((strike) => ({ ...strike, nth: 1 })),
        );
      }
    }
  }

  #has({ kind, moment, fault }: Strike): boolean {
    return this.#times.has(cellOf(kind, moment, fault));
  }
}

function listStrikes(): readonly Strike[] {
  return KINDS.flatMap((kind) =>
    MOMENTS.flatMap((moment) => FAULTS.map((fault) => ({ kind, moment, fault, nth: 1 }))),
  );
}
