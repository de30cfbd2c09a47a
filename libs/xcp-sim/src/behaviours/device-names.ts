// Purpose: device positions: "0", "0x2", "d0", "xvda", "hdc", "sda" → a number, and back to a name.
import type { Row } from '../database/row.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** SCSI names are places of their own: sda does not collide with 0. */
const SCSI_OFFSET = 10_000;

/** The position a `userdevice` text means, or undefined if it means none (XenAPI VBD.userdevice). */
export function devicePosition(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text);
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number(text);
  const prefixed = /^d(\d+)$/.exec(text);
  if (prefixed?.[1] !== undefined) return Number(prefixed[1]);
  const named = /^(xvd|hd|sd)([a-z]{1,2})$/.exec(text);
  if (named?.[2] === undefined) return undefined;
  const position = named[2].split('').reduce((sum, letter) => sum * 26 + LETTERS.indexOf(letter) + 1, 0) - 1;
  return named[1] === 'sd' ? position + SCSI_OFFSET : position;
}

/** The name the guest sees, e.g. xvda. */
export function deviceNameOf(vbd: Row): string {
  const position = devicePosition(vbd.text('userdevice'));
  if (position === undefined || position < 0) return '';
  if (position < 26) return `xvd${LETTERS.charAt(position)}`;
  return `xvd${LETTERS.charAt(Math.floor(position / 26) - 1)}${LETTERS.charAt(position % 26)}`;
}
