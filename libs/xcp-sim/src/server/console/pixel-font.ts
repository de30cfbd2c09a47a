// Purpose: a tiny font for the picture on a simulated console: three by five pixels a character.

/** Five rows of three bits, from the top; `#` is ink. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '.#.#.#####.##.#',
  B: '##.#.###.#.###.',
  C: '.###..#..#...##',
  D: '##.#.##.##.###.',
  E: '####..##.#..###',
  F: '####..##.#..#..',
  G: '.###..#.##.#.##',
  H: '#.##.#####.##.#',
  I: '###.#..#..#.###',
  J: '..#..#..##.#.#.',
  K: '#.##.###.#.##.#',
  L: '#..#..#..#..###',
  M: '#.#####.##.##.#',
  N: '##.#.##.##.##.#',
  O: '.#.#.##.##.#.#.',
  P: '##.#.###.#..#..',
  Q: '.#.#.##.#.#..##',
  R: '##.#.###.#.##.#',
  S: '.###...#...###.',
  T: '###.#..#..#..#.',
  U: '#.##.##.##.####',
  V: '#.##.##.##.#.#.',
  W: '#.##.##.#####.#',
  X: '#.##.#.#.#.##.#',
  Y: '#.##.#.#..#..#.',
  Z: '###..#.#.#..###',
  '0': '####.##.##.####',
  '1': '.#.##..#..#.###',
  '2': '##...#.#.#..###',
  '3': '##...#.#...###.',
  '4': '#.##.####..#..#',
  '5': '####..##...###.',
  '6': '.###..####.####',
  '7': '###..#.#..#..#.',
  '8': '####.#####.####',
  '9': '####.####..###.',
  '-': '......###......',
  '.': '.............#.',
  ':': '....#.....#....',
  '/': '..#..#.#.#..#..',
  _: '............###',
  '?': '##...#.#.....#.',
};

export const GLYPH_WIDTH = 3;
export const GLYPH_HEIGHT = 5;

/** True if the pixel of a character is ink. Unknown characters show a question mark, blanks nothing. */
export function isInk(character: string, x: number, y: number): boolean {
  if (character === ' ') return false;
  const glyph = GLYPHS[character.toUpperCase()] ?? GLYPHS['?'] ?? '';
  return glyph[y * GLYPH_WIDTH + x] === '#';
}
