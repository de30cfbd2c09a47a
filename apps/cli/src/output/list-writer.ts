/** Writes a list page by page in one of the three forms, so that memory stays bounded however long it is. */
import { stringify } from 'yaml';
import type { Colors } from './colors.js';
import { renderTable, type Column, type OutputFormat } from './render.js';

/** Totals and the like, written behind the rows: `data` for programs, `text` for people. */
export interface Tail {
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Each method answers the text to write now. With a tail the list is an object with `items`, else a plain array. */
export interface ListWriter<Row> {
  page(rows: readonly Row[]): string;
  end(tail: Tail | undefined): string;
}

export interface ListForm<Row> {
  readonly format: OutputFormat;
  readonly columns: readonly Column<Row>[];
  readonly colors: Colors;
  readonly shape: 'array' | 'object';
}

export function createListWriter<Row>(form: ListForm<Row>): ListWriter<Row> {
  if (form.format === 'json') return jsonWriter(form.shape);
  return form.format === 'yaml' ? yamlWriter(form.shape) : tableWriter(form);
}

function tableWriter<Row>({ columns, colors }: ListForm<Row>): ListWriter<Row> {
  let count = 0;
  return {
    page(rows) {
      if (rows.length === 0) return '';
      const head = count === 0 ? 'shown' : 'hidden';
      count += rows.length;
      return `${renderTable(rows, columns, { colors, head })}\n`;
    },
    end: (tail) => `${count === 0 ? '(none)\n' : ''}${tail === undefined ? '' : `\n${tail.text}\n`}`,
  };
}

function indented(text: string, by: string): string {
  return text.replaceAll(/^(?=.)/gm, by);
}

function jsonWriter<Row>(shape: 'array' | 'object'): ListWriter<Row> {
  const by = shape === 'array' ? '  ' : '    ';
  const open = shape === 'array' ? '[' : '{\n  "items": [';
  let count = 0;
  const begin = (): string => (count++ === 0 ? `${open}\n` : ',\n');
  return {
    page: (rows) => rows.map((row) => begin() + indented(JSON.stringify(row, null, 2), by)).join(''),
    end(tail) {
      const closed = count === 0 ? `${open}]` : `\n${by.slice(2)}]`;
      if (shape === 'array') return `${closed}\n`;
      const rest = JSON.stringify(tail?.data ?? {}, null, 2);
      return rest === '{}' ? `${closed}\n}\n` : `${closed},${rest.slice(1)}\n`;
    },
  };
}

function yamlWriter<Row>(shape: 'array' | 'object'): ListWriter<Row> {
  const by = shape === 'array' ? '' : '  ';
  let count = 0;
  return {
    page(rows) {
      if (rows.length === 0) return '';
      const open = shape === 'object' && count === 0 ? 'items:\n' : '';
      count += rows.length;
      return open + indented(stringify(rows), by);
    },
    end(tail) {
      const empty = shape === 'array' ? '[]\n' : 'items: []\n';
      return (count === 0 ? empty : '') + (tail === undefined ? '' : stringify(tail.data));
    },
  };
}
