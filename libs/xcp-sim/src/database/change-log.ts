// Purpose: what changed since a generation, without scanning tables.
//
// An append-only list of (generation, row). A row's older entries are stale once it changes again; compaction drops
// them, so the list stays proportional to the number of live objects. Deletions are kept for a bounded history only.
import type { Row } from './row.js';

interface Entry {
  generation: number;
  row: Row;
}

/** Deletions remembered; older ones are found by clients through `valid_ref_counts`. */
const KEPT_DELETIONS = 20_000;
/** Stale entries tolerated before the list is compacted. */
const SLACK = 5_000;

export class ChangeLog {
  private entries: Entry[] = [];
  private live = 0;

  append(row: Row, generation: number): void {
    this.entries.push({ generation, row });
    if (this.entries.length > 2 * this.live + SLACK) this.compact();
  }

  /** Rows whose latest change is newer than `generation`, oldest change first; deleted ones included. */
  *since(generation: number): Generator<Row> {
    for (let index = this.firstAfter(generation); index < this.entries.length; index += 1) {
      const entry = this.entries[index];
      if (entry !== undefined && entry.row.modified === entry.generation) yield entry.row;
    }
  }

  private firstAfter(generation: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.entries[middle];
      if (entry !== undefined && entry.generation <= generation) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private compact(): void {
    const current = this.entries.filter((entry) => entry.row.modified === entry.generation);
    let tooMany = current.reduce((count, entry) => count + (entry.row.alive ? 0 : 1), 0) - KEPT_DELETIONS;
    this.entries = current.filter((entry) => entry.row.alive || (tooMany -= 1) < 0);
    this.live = this.entries.length;
  }
}
