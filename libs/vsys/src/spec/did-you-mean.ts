/** Suggestions for mistyped names. */

/** Number of inserted, removed, changed or swapped characters that turn `a` into `b` (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const costs = [
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      ];
      if (isSwapped) costs.push((before[column - 2] ?? 0) + 1);
      current.push(Math.min(...costs));
    }
    before = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** Longer texts are not typos of names. */
const LONGEST = 64;
/** Names listed in full when none is near. */
const LISTED = 12;

/** “Did you mean …?” when a candidate is near, else the list of what there is. */
export function didYouMean(wrong: string, candidates: Iterable<string>): string {
  const names = [...candidates].toSorted();
  if (names.length === 0) return 'There is none to choose from.';
  const word = wrong.toLowerCase().slice(0, LONGEST);
  const ranked = names
    .map((name) => ({ name, far: distance(word, name.toLowerCase().slice(0, LONGEST)) }))
    .toSorted((a, b) => a.far - b.far);
  const best = ranked[0];
  if (best && best.far <= Math.max(1, Math.floor(word.length / 3))) return `Did you mean “${best.name}”?`;
  const shown = names.slice(0, LISTED).join(', ');
  return names.length > LISTED ? `There are: ${shown} …` : `There is: ${shown}.`;
}
