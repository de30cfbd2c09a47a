/**
 * Keeps only the dependencies that say something new: when C needs A and B, and B needs A, then "C needs B" is enough.
 * A plan with two tiers of servers would otherwise list every server of all earlier tiers at every step.
 */
export class Ancestry {
  /** Bit i of row n: step i comes before step n. */
  private readonly rows: Uint32Array[] = [];

  /** Adds the next step and returns its dependencies without the implied ones. `parents` are numbers of earlier steps. */
  add(parents: readonly number[]): number[] {
    const row = new Uint32Array((this.rows.length >>> 5) + 1);
    const direct: number[] = [];
    // A later step can imply an earlier one, never the other way round.
    for (const parent of [...new Set(parents)].toSorted((a, b) => b - a)) {
      if (((row[parent >>> 5] ?? 0) >>> (parent & 31)) & 1) continue;
      direct.push(parent);
      row[parent >>> 5] = (row[parent >>> 5] ?? 0) | (1 << (parent & 31));
      this.rows[parent]?.forEach((word, i) => (row[i] = (row[i] ?? 0) | word));
    }
    this.rows.push(row);
    return direct.toReversed();
  }
}
