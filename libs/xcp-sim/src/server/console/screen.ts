// Purpose: what a simulated guest shows: its name, and what is typed at it.
import { GLYPH_HEIGHT, GLYPH_WIDTH, isInk } from './pixel-font.js';

export const SCREEN_WIDTH = 320;
export const SCREEN_HEIGHT = 200;
/** Pixels of the screen per pixel of the font, and the grid of characters that follows. */
const SCALE = 2;
const CELL_WIDTH = (GLYPH_WIDTH + 1) * SCALE;
const CELL_HEIGHT = (GLYPH_HEIGHT + 2) * SCALE;
const COLUMNS = Math.floor(SCREEN_WIDTH / CELL_WIDTH);
const LINES = Math.floor(SCREEN_HEIGHT / CELL_HEIGHT);

/** A colour of the screen, 0–255 each. */
export interface Colour {
  red: number;
  green: number;
  blue: number;
}

const PAPER: Colour = { red: 16, green: 24, blue: 48 };
const INK: Colour = { red: 220, green: 230, blue: 240 };
const RETURN_KEY = 0xff0d;
const BACKSPACE_KEY = 0xff08;

export class Screen {
  private readonly lines: string[];

  constructor(title: string) {
    this.lines = [title.slice(0, COLUMNS), '', 'login: '];
  }

  /** A key by its X11 symbol went down. False if nothing changed. */
  type(key: number): boolean {
    const last = this.lines.length - 1;
    const line = this.lines[last] ?? '';
    if (key === RETURN_KEY) this.lines.push('');
    else if (key === BACKSPACE_KEY) this.lines[last] = line.slice(0, -1);
    else if (key < 0x20 || key > 0x7e) return false;
    else if (line.length >= COLUMNS) this.lines.push(String.fromCharCode(key));
    else this.lines[last] = line + String.fromCharCode(key);
    while (this.lines.length > LINES) this.lines.shift();
    return true;
  }

  colourAt(x: number, y: number): Colour {
    const line = this.lines[Math.floor(y / CELL_HEIGHT)] ?? '';
    const character = line[Math.floor(x / CELL_WIDTH)] ?? ' ';
    const column = Math.floor((x % CELL_WIDTH) / SCALE);
    const row = Math.floor((y % CELL_HEIGHT) / SCALE);
    if (column >= GLYPH_WIDTH || row >= GLYPH_HEIGHT) return PAPER;
    return isInk(character, column, row) ? INK : PAPER;
  }
}
