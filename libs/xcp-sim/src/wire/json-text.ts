// Purpose: JSON with 64-bit ints. The language's own reader and writer know numbers of 53 bits only.
import type { XenMap, XenValue } from '../datamodel/xen-value.js';

/** Numbers with as many digits as can exceed 2^53. Most texts have none, and skip the slow way. */
const LONG_NUMBER = /\d{16}/;
const WHOLE_NUMBER = /^-?\d+$/;

interface ReviverContext {
  source?: string;
}

/** Reads JSON; whole numbers beyond 2^53 become bigints. @throws SyntaxError */
export function parseJsonText(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text) as unknown;
  const revive = (_key: string, value: unknown, context?: ReviverContext): unknown => {
    const source = context?.source;
    const isWide = typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined;
    return isWide && WHOLE_NUMBER.test(source) ? BigInt(source) : value;
  };
  return JSON.parse(text, revive) as unknown;
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
  for (const key in value) if (holdsBigint((value as XenMap)[key])) return true;
  return false;
}
