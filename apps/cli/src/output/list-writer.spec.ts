import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { NO_COLORS } from './colors.js';
import { createListWriter, type Tail } from './list-writer.js';
import type { OutputFormat } from './render.js';

interface Row {
  readonly name: string;
  readonly value: unknown;
}

const columns = [
  { title: 'name', value: ({ name }: Row) => name },
  { title: 'n', value: ({ value }: Row) => String(value), style: 'number' as const },
];

function written(
  format: OutputFormat,
  pages: readonly (readonly Row[])[],
  shape: 'array' | 'object' = 'array',
  tail?: Tail,
): string {
  const writer = createListWriter<Row>({ format, columns, colors: NO_COLORS, shape });
  return pages.map((page) => writer.page(page)).join('') + writer.end(tail);
}

const tail: Tail = { data: { total: '1.50', from: 'a\nb' }, text: 'total 1.50' };
const rowArbitrary = fc.record({ name: fc.string(), value: fc.jsonValue() });
const pagesArbitrary = fc.array(fc.array(rowArbitrary, { maxLength: 3 }), { maxLength: 4 });

/** JSON has no -0 and YAML reads none either. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a list', () => {
  it('is one JSON array however it is paged', () => {
    fc.assert(
      fc.property(pagesArbitrary, (pages) => {
        expect(JSON.parse(written('json', pages))).toEqual(asJson(pages.flat()));
      }),
    );
  });

  it('is one JSON object with its totals', () => {
    fc.assert(
      fc.property(pagesArbitrary, (pages) => {
        const text = written('json', pages, 'object', tail);
        expect(JSON.parse(text)).toEqual({ items: asJson(pages.flat()), ...tail.data });
      }),
    );
    expect(JSON.parse(written('json', [], 'object'))).toEqual({ items: [] });
  });

  it('is one YAML document however it is paged', () => {
    const pages = [[{ name: 'a', value: 'two\nlines' }], [], [{ name: '- b', value: { c: [1, 'x: y'] } }]];
    expect(parse(written('yaml', pages))).toEqual(pages.flat());
    expect(parse(written('yaml', pages, 'object', tail))).toEqual({ items: pages.flat(), ...tail.data });
    expect(parse(written('yaml', []))).toEqual([]);
  });

  it('is a table with one head', () => {
    const pages = [[{ name: 'web', value: 1 }], [{ name: 'database', value: 20 }]];
    expect(written('table', pages, 'object', tail)).toBe('NAME  N\nweb   1\ndatabase  20\n\ntotal 1.50\n');
    expect(written('table', [[]])).toBe('(none)\n');
  });
});
