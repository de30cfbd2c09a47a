/** `$expand`: the referenced resource stands beside its href. */
import { DomainError } from '@openvsys/vsys';
import type { Reference } from '../model/attribute.js';
import type { Dialect } from '../model/dialect.js';
import type { TypeName } from '../model/type-names.js';
import type { Query } from '../query/query.js';
import { attributesIn, isPlain, type Plain } from '../serialize/plain.js';

/** Looks of one request; each may be a query of the database. */
const MAX_LOOKS = 500;

/** Looks each thing up once. */
export class Expander {
  private readonly seen = new Map<string, Promise<Plain | undefined>>();

  constructor(
    private readonly look: (path: string) => Promise<Plain>,
    private readonly baseUri: string,
  ) {}

  /** Undefined: it is not ours, or not there any more. Throws `too-large`. */
  async find(href: string): Promise<Plain | undefined> {
    if (!href.startsWith(this.baseUri)) return undefined;
    const path = href.slice(this.baseUri.length);
    const known = this.seen.get(path);
    if (known !== undefined) return known;
    if (this.seen.size >= MAX_LOOKS) throw tooMany();
    const found = this.look(path).catch((error: unknown) => {
      if (error instanceof DomainError && (error.code === 'not-found' || error.code === 'forbidden'))
        return undefined;
      throw error;
    });
    this.seen.set(path, found);
    return found;
  }
}

function tooMany(): DomainError {
  return new DomainError('too-large', `One request expands at most ${MAX_LOOKS} references.`, {
    pointer: '/query/$expand',
    remedy: 'Narrow the collection with $filter, or with $first and $last.',
  });
}

export async function expanded(
  dialect: Dialect,
  type: TypeName,
  plain: Plain,
  wanted: Query['expand'],
  expander: Expander,
): Promise<Plain> {
  if (wanted === undefined) return plain;
  const result = { ...plain };
  for (const { name, kind } of attributesIn(dialect, type)) {
    if (typeof kind === 'string' || (wanted !== 'all' && !wanted.has(name))) continue;
    const value = plain[name];
    if (kind.kind === 'reference') result[name] = await expandedRef(value, expander);
    if (kind.kind === 'list' && isReference(kind.of) && Array.isArray(value))
      result[name] = await Promise.all(value.map(async (each: unknown) => expandedRef(each, expander)));
    if (result[name] === undefined) delete result[name];
  }
  return result;
}

function isReference(kind: unknown): kind is Reference {
  return typeof kind === 'object' && kind !== null && 'kind' in kind && kind.kind === 'reference';
}

async function expandedRef(value: unknown, expander: Expander): Promise<unknown> {
  if (!isPlain(value) || typeof value['href'] !== 'string') return value;
  const target = await expander.find(value['href']);
  return target === undefined ? value : { ...value, ...target };
}
