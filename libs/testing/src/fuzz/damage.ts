/** How valid samples are damaged: bytes and bits changed, pieces cut, put in, repeated, numbers made extreme. */
import fc from 'fast-check';

export type Damage = (input: Buffer) => Buffer;

/** Longest input that is made, bytes: more is slow to make and finds nothing new. */
const INPUT_LIMIT = 256 * 1024;
/** Numbers on which arithmetic goes wrong. */
const NUMBERS = [
  '0',
  '-1',
  '1e999',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '-9223372036854775808',
  'NaN',
];
const CHARACTERS = [
  '\0',
  '\uFEFF',
  '\uD800',
  '\u202E',
  '\r\n',
  '"',
  "'",
  '<',
  '&',
  ']]>',
  '{',
  '[',
  '*',
  '%s',
  '../',
];
const MOST_REPEATS = 2_000;

/** One to `most` damages after each other. `words`: bits of the language. */
export function damages(words: readonly string[], most: number): fc.Arbitrary<readonly Damage[]> {
  return fc.array(damage(words), { minLength: 1, maxLength: most });
}

export const damaged = (input: Buffer, all: readonly Damage[]): Buffer =>
  all.reduce<Buffer>((bytes, each) => each(bytes).subarray(0, INPUT_LIMIT), input);

/** Places are parts of the whole, so that they mean the same when the input shrinks. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
/** From before the first byte to behind the last one. */
const at = (input: Buffer, where: number): number =>
  Math.min(input.length, Math.floor(where * (input.length + 1)));

function damage(words: readonly string[]): fc.Arbitrary<Damage> {
  const strange = fc.constantFrom(...NUMBERS, ...CHARACTERS);
  const word = (words.length === 0 ? strange : fc.oneof(strange, fc.constantFrom(...words))).map((text) =>
    Buffer.from(text),
  );
  return fc.oneof(
    bytesChanged,
    fc.tuple(place, place).map(([from, to]) => cut([from, to], Buffer.alloc(0))),
    fc.tuple(place, place, word).map(([from, to, text]) => cut([from, to], text)),
    fc.tuple(place, word).map(([where, text]) => cut([where, where], text)),
    fc
      .tuple(place, place, fc.integer({ min: 2, max: MOST_REPEATS }))
      .map(([from, to, times]) => repeated([from, to], times)),
    place.map((where) => cut([where, 1], Buffer.alloc(0))),
    fc.constantFrom(...NUMBERS).map(withNumber),
  );
}

const bytesChanged: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(([where, value]) => withByte(where, () => value)),
  fc.tuple(place, fc.nat(7)).map(([where, bit]) => withByte(where, (byte) => byte ^ (1 << bit))),
);

type Span = readonly [number, number];

const bounds = (input: Buffer, span: Span): readonly [number, number] => {
  const [from, to] = span.map((where) => at(input, where)).toSorted((a, b) => a - b) as [number, number];
  return [from, to];
};

const withByte =
  (where: number, change: (byte: number) => number): Damage =>
  (input) => {
    const copy = Buffer.from(input);
    const index = at(input, where);
    if (index < copy.length) copy[index] = change(copy[index] ?? 0);
    return copy;
  };

/** The span gives way to the text. */
const cut =
  (span: Span, text: Buffer): Damage =>
  (input) => {
    const [from, to] = bounds(input, span);
    return Buffer.concat([input.subarray(0, from), text, input.subarray(to)]);
  };

/** Deep nesting, long lists, long names. */
const repeated =
  (span: Span, times: number): Damage =>
  (input) => {
    const [from, to] = bounds(input, span);
    const part = input.subarray(from, to);
    const fitting = Math.min(times, Math.floor(INPUT_LIMIT / Math.max(1, part.length)));
    const middle = Array.from({ length: fitting }, () => part);
    return Buffer.concat([input.subarray(0, from), ...middle, input.subarray(to)]);
  };

/** The first number of a text becomes another one. */
const withNumber =
  (number: string): Damage =>
  (input) =>
    Buffer.from(input.toString('latin1').replace(/-?\d+(?:\.\d+)?/, number), 'latin1');
