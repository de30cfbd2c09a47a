/** One result, three forms: a table for people, JSON and YAML for programs. Programs always get everything. */
import Table from 'cli-table3';
import { stringify } from 'yaml';
import { NO_COLORS, paintState, type Colors } from './colors.js';
import { safe } from './terminal-text.js';

export const OUTPUT_FORMATS = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

type Value = string | number | boolean | null | undefined;

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => Value;
  /** `state`: coloured by its meaning. */
  readonly style?: 'state' | 'number';
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Stands for nothing, so that columns can still be counted. */
const NOTHING = '–';

function textOf(value: Value): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null || value === undefined || value === '' ? NOTHING : safe(String(value));
}

export interface TableStyle {
  readonly colors?: Colors;
  /** `hidden` for the pages after the first. */
  readonly head?: 'shown' | 'hidden';
}

export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { colors = NO_COLORS, head = 'shown' }: TableStyle = {},
): string {
  const table = new Table({
    head: head === 'shown' ? columns.map(({ title }) => colors.bold(title.toUpperCase())) : [],
    colAligns: columns.map(({ style }) => (style === 'number' ? 'right' : 'left')),
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) {
    table.push(
      columns.map(({ value, style }) => {
        const text = textOf(value(row));
        return style === 'state' ? paintState(text, colors) : text;
      }),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Label and value under each other, for one thing. What has no value is left out. */
export function renderFacts(facts: Readonly<Record<string, Value>>, colors: Colors = NO_COLORS): string {
  const known = Object.entries(facts).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const width = Math.max(0, ...known.map(([label]) => label.length));
  return known.map(([label, value]) => `${colors.dim(label.padEnd(width))}  ${textOf(value)}`).join('\n');
}

export function renderData(data: unknown, format: Exclude<OutputFormat, 'table'>): string {
  return format === 'json' ? JSON.stringify(data, null, 2) : stringify(data).trimEnd();
}
