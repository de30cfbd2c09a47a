// Purpose: JSON with 64-bit ints and with floats that stay floats: 5.0 is not an int. The language's own reader and
// writer know one kind of number, with 53 bits.
import { XmlDouble } from './xml-scalars.js';
import type { XenMap, XenValue } from '../datamodel/xen-value.js';

/** Many digits, a fraction or an exponent, if only in a string. Most texts have none, and skip the slow way. */
const SPECIAL_NUMBER = /\d{16}|\d[.eE]/;
const WHOLE_NUMBER = /^-?\d+$/;

interface ReviverContext {
  source?: string;
}

type FloatForm = 'plain' | 'marked';

/** Reads JSON; whole numbers beyond 2^53 become bigints. @throws SyntaxError */
export function parseJsonText(text: string, floats: FloatForm = 'plain'): unknown {
  if (!SPECIAL_NUMBER.test(text)) return JSON.parse(text) as unknown;
  const revive = (_key: string, value: unknown, context?: ReviverContext): unknown =>
    typeof value === 'number' ? numberOf(value, context?.source ?? '', floats) : value;
  return JSON.parse(text, revive) as unknown;
}

/** Reads the arguments of a call: numbers written with a fraction or an exponent are marked. @throws SyntaxError */
export function parseCallText(text: string): unknown {
  return parseJsonText(text, 'marked');
}

function numberOf(value: number, source: string, floats: FloatForm): unknown {
  if (!WHOLE_NUMBER.test(source)) return floats === 'marked' && source !== '' ? new XmlDouble(value) : value;
  return Number.isSafeInteger(value) ? value : BigInt(source);
}

/** Writes a value as JSON; bigints as the digits they have. */
export function jsonText(value: XenValue | undefined): string {
  if (Array.isArray(value) && value.length === 0) return '[]';
  if (!holdsBigint(value)) return JSON.stringify(value ?? null);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${(value as readonly XenValue[]).map(jsonText).join(',')}]`;
  return `{${Object.entries(value ?? {})
    .map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item as XenValue)}`)
    .join(',')}}`;
}

/** Writes anything made of plain values as JSON, ints of 64 bits included. */
export function stateText(value: object): string {
  return jsonText(value as XenMap);
}

function holdsBigint(value: XenValue | undefined): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value as XenMap).some(holdsBigint);
}
