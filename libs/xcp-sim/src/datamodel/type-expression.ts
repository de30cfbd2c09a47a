// Purpose: the XenAPI type language ("VM ref set", "(string -> int) map", "enum vbd_mode") as a parsed tree.

/** A parsed XenAPI type. `record` is a whole object of a class, `option` may be null. */
export type XenType =
  | { kind: 'string' | 'int' | 'float' | 'bool' | 'datetime' | 'void' | 'any' }
  /** What event.from and event.next answer: records of many classes, so no declared type fits. */
  | { kind: 'eventBatch' | 'events' }
  | { kind: 'enum'; name: string }
  | { kind: 'ref' | 'record'; cls: string }
  | { kind: 'set' | 'option'; of: XenType }
  | { kind: 'map'; key: XenType; value: XenType };

const SCALARS = ['string', 'int', 'float', 'bool', 'datetime', 'void'] as const;
const cache = new Map<string, XenType>();

/** Parses a type text of the data model. Unknown texts become `any`: they occur only in messages nobody serves. */
export function parseType(text: string): XenType {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const parsed = parse(text.trim());
  cache.set(text, parsed);
  return parsed;
}

function parse(text: string): XenType {
  const scalar = SCALARS.find((name) => name === text);
  if (scalar !== undefined) return { kind: scalar };
  if (text.endsWith(' set')) return { kind: 'set', of: parse(text.slice(0, -4)) };
  if (text.endsWith(' option')) return { kind: 'option', of: parse(text.slice(0, -7)) };
  if (text.startsWith('(') && text.endsWith(' map')) return parseMap(text.slice(1, -5));
  if (text.endsWith(' ref')) return { kind: 'ref', cls: text.slice(0, -4) };
  if (text.endsWith(' record')) return { kind: 'record', cls: text.slice(0, -7) };
  if (text.startsWith('enum ')) return { kind: 'enum', name: text.slice(5) };
  return { kind: 'any' };
}

function parseMap(inner: string): XenType {
  const arrow = inner.indexOf(' -> ');
  return { kind: 'map', key: parse(inner.slice(0, arrow)), value: parse(inner.slice(arrow + 4)) };
}
