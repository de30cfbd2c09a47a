// Purpose: how a viewer wants its pixels (RFC 6143, 7.4), and colours written so.
import type { Colour } from './screen.js';

export interface PixelFormat {
  bytes: 1 | 2 | 4;
  bigEndian: boolean;
  max: Colour;
  shift: Colour;
}

/** 32 bits, one byte a colour: what the server offers. */
export const SERVER_FORMAT: PixelFormat = {
  bytes: 4,
  bigEndian: false,
  max: { red: 255, green: 255, blue: 255 },
  shift: { red: 16, green: 8, blue: 0 },
};

export function writeFormat({ bytes, bigEndian, max, shift }: PixelFormat): Buffer {
  const buffer = Buffer.alloc(16);
  buffer[0] = bytes * 8;
  buffer[1] = bytes === 4 ? 24 : bytes * 8;
  buffer[2] = bigEndian ? 1 : 0;
  buffer[3] = 1;
  buffer.writeUInt16BE(max.red, 4);
  buffer.writeUInt16BE(max.green, 6);
  buffer.writeUInt16BE(max.blue, 8);
  buffer[10] = shift.red;
  buffer[11] = shift.green;
  buffer[12] = shift.blue;
  return buffer;
}

/** The format a viewer asked for; formats with a colour table are not served and leave what was there. */
export function readFormat(bytes: Uint8Array, before: PixelFormat): PixelFormat {
  const buffer = Buffer.from(bytes);
  const width = buffer[0] ?? 0;
  if (buffer[3] === 0 || (width !== 8 && width !== 16 && width !== 32)) return before;
  return {
    bytes: width === 8 ? 1 : width === 16 ? 2 : 4,
    bigEndian: buffer[2] !== 0,
    max: { red: buffer.readUInt16BE(4), green: buffer.readUInt16BE(6), blue: buffer.readUInt16BE(8) },
    shift: { red: (buffer[10] ?? 0) & 31, green: (buffer[11] ?? 0) & 31, blue: (buffer[12] ?? 0) & 31 },
  };
}

/** Writes one pixel at `at`. */
export function writePixel(target: Buffer, at: number, colour: Colour, format: PixelFormat): void {
  const part = (name: keyof Colour): number =>
    (Math.round((colour[name] * format.max[name]) / 255) << format.shift[name]) >>> 0;
  const value = (part('red') | part('green') | part('blue')) >>> 0;
  const { bytes, bigEndian } = format;
  if (bigEndian) target.writeUIntBE(value % 2 ** (8 * bytes), at, bytes);
  else target.writeUIntLE(value % 2 ** (8 * bytes), at, bytes);
}
