/**
 * Patterns of text parameters. They come from tenants and run in our process, so they are matched without backtracking:
 * a pattern is a row of single-character items, each with an optional repetition, and the set of reachable places is
 * carried from item to item. Groups, alternatives, anchors and look-around are refused; `enum` does for alternatives.
 *
 *   [a-z][a-z0-9-]{0,14}   \d+\.\d+   v?[0-9]+
 */

/** The work grows with the square of the length. */
export const PATTERN_VALUE_LENGTH = 256;

const CHARACTER = /\\[dwsDWS.\\/[\]{}()*+?^$|-]|\[(?:\\.|[^\]\\])+\]|[^\\[\](){}*+?^$|]/u;
const REPETITION = /[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\}/u;
const ITEM = new RegExp(`(${CHARACTER.source})(${REPETITION.source})?`, 'uy');

interface Item {
  readonly fits: (character: string) => boolean;
  readonly least: number;
  readonly most: number;
}

/** Items of the pattern, or undefined when it is not such a row. */
function parse(pattern: string): Item[] | undefined {
  const items: Item[] = [];
  let rest = 0;
  while (rest < pattern.length) {
    ITEM.lastIndex = rest;
    const [whole, character = '', repetition = ''] = ITEM.exec(pattern) ?? [];
    const single = whole === undefined ? undefined : singleCharacter(character);
    const [least, most] = bounds(repetition);
    if (whole === undefined || !single || least > most) return undefined;
    items.push({ fits: (text) => single.test(text), least, most });
    rest += whole.length;
  }
  return items;
}

function singleCharacter(source: string): RegExp | undefined {
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    return undefined;
  }
}

function bounds(repetition: string): [least: number, most: number] {
  if (repetition === '') return [1, 1];
  if (repetition === '*') return [0, Infinity];
  if (repetition === '+') return [1, Infinity];
  if (repetition === '?') return [0, 1];
  const [least = 0, most] = (repetition.match(/[0-9]+/g) ?? []).map(Number);
  if (repetition.includes(',')) return [least, most ?? Infinity];
  return [least, least];
}

/** Why the pattern is refused, or undefined. */
export const patternFault = (pattern: string): string | undefined =>
  parse(pattern) ? undefined : 'is not a row of characters, classes and repetitions';

/** Does the whole value fit. Only for patterns without fault. */
export function fitsPattern(pattern: string, value: string): boolean {
  const characters = Array.from(value);
  let places = new Set([0]);
  for (const item of parse(pattern) ?? []) {
    const fitting = characters.map((character) => item.fits(character));
    places = placesAfter(item, fitting, places);
  }
  return places.has(characters.length);
}

function placesAfter(
  { least, most }: Item,
  fitting: readonly boolean[],
  places: ReadonlySet<number>,
): Set<number> {
  const reached = new Set<number>();
  for (const start of places) {
    if (least === 0) reached.add(start);
    for (let end = start; end < fitting.length && fitting[end] && end - start < most; end += 1) {
      if (end + 1 - start >= least) reached.add(end + 1);
    }
  }
  return reached;
}
