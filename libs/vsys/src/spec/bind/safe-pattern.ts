/**
 * Patterns come from tenants and run in our process, on an engine that backtracks. So only patterns are taken
 * whose worst case is small: no repetition inside a repetition, no references back, no look-around, few open repetitions.
 */

/** With at most 3 open repetitions and values of at most 256 characters the worst case is some 256³ / 6 steps. */
const MOST_REPETITIONS = 3;
export const PATTERN_VALUE_LENGTH = 256;
/** `{n,m}` up to this counts as written out. */
const SMALL_REPEAT = 32;

interface Group {
  repetitions: number;
}

/** Why the pattern is refused, or undefined. */
export function patternFault(pattern: string): string | undefined {
  if (compile(pattern) === undefined) return 'is not a regular expression';
  if (/\\[1-9k]|\(\?(?!:)/.test(pattern)) return 'uses look-around, named groups or references back';
  const plain = pattern
    .replaceAll(/\\./g, 'x')
    .replaceAll(/\[[^\]]*\]/g, 'x')
    .replaceAll('(?:', '(');
  return repetitionFault(plain);
}

function repetitionFault(plain: string): string | undefined {
  const groups: Group[] = [{ repetitions: 0 }];
  let open = 0;
  for (const [token] of plain.matchAll(/\(|\)(?:[*+?]|\{[0-9,]+\})?|[*+?]|\{[0-9,]+\}/g)) {
    const group = groups.at(-1);
    if (token === '(') {
      groups.push({ repetitions: 0 });
    } else if (token.startsWith(')')) {
      const inner = groups.pop()?.repetitions ?? 0;
      if (token.length > 1 && token !== ')?' && inner > 0) return 'repeats something that repeats itself';
      if (token.length > 1 && isUnbounded(token.slice(1))) open += 1;
      const outer = groups.at(-1);
      if (outer) outer.repetitions += inner + (token.length > 1 ? 1 : 0);
    } else if (group) {
      group.repetitions += 1;
      if (isUnbounded(token)) open += 1;
    }
  }
  return open > MOST_REPETITIONS ? `has more than ${MOST_REPETITIONS} open repetitions` : undefined;
}

function isUnbounded(quantifier: string): boolean {
  if (quantifier === '*' || quantifier === '+') return true;
  const bounds = quantifier.match(/[0-9]+/g)?.map(Number) ?? [];
  return quantifier.endsWith(',}') || bounds.some((bound) => bound > SMALL_REPEAT);
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
}

/** Does the whole value fit. Only for patterns without fault. */
export const fitsPattern = (pattern: string, value: string): boolean =>
  compile(pattern)?.test(value) ?? false;
