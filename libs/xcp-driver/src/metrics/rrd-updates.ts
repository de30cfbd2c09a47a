/**
 * The answer of XenAPI `/rrd_updates`, in either of its forms, as numbers. Values travel as text; `NaN` and infinities
 * mean that nothing was measured and become null. Newest rows come first and are turned round.
 *
 *   JSON {meta: {start, step, end, rows, columns, legend}, data: [{t, values}]}
 *   XML  <xport><meta>…<legend><entry/>…</legend></meta><data><row><t/><v/>…</row>…</data></xport>
 */
import { SaxesParser } from 'saxes';
import { TransportError } from '../transport/transport.js';

export interface RrdUpdates {
  /** Seconds since the epoch by the host's clock. */
  readonly end: number;
  /** Seconds. */
  readonly step: number;
  /** `CF:type:uuid:source` of each column. */
  readonly legend: readonly string[];
  /** In order of time. */
  readonly rows: readonly RrdRow[];
}

export interface RrdRow {
  /** End of the step, seconds since the epoch by the host's clock. */
  readonly t: number;
  readonly values: readonly (number | null)[];
}

/** Elements of an answer: depth of `<xport><data><row><v>`. */
const MAX_DEPTH = 8;
const MAX_COLUMNS = 1_000_000;

const refuse = (why: string): never => {
  throw new TransportError('protocol', `The figures of a host were refused: ${why}.`);
};

const measured = (raw: unknown): number | null => {
  const value = typeof raw === 'number' ? raw : typeof raw === 'string' && raw !== '' ? Number(raw) : NaN;
  return Number.isFinite(value) ? value : null;
};

const wholeSeconds = (raw: unknown, what: string): number => {
  const value = measured(raw);
  return value === null || value < 0 ? refuse(`${what} is no time`) : Math.floor(value);
};

function checked(updates: RrdUpdates): RrdUpdates {
  const columns = updates.legend.length;
  if (columns > MAX_COLUMNS) refuse('it has too many columns');
  if (updates.rows.some((row) => row.values.length !== columns)) refuse('a row does not fit the legend');
  return { ...updates, rows: updates.rows.toSorted((a, b) => a.t - b.t) };
}

const fieldsOf = (raw: unknown): Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? { ...raw } : refuse('a part is missing');

const listOf = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : refuse('a list is missing'));

/** Throws TransportError `protocol`. Very old hosts write keys without quotes: no JSON, then XML is asked for. */
export function parseRrdJson(text: string): RrdUpdates {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new TransportError('protocol', 'The figures of a host are not JSON.', error);
  }
  const { meta: rawMeta, data } = fieldsOf(parsed);
  const meta = fieldsOf(rawMeta);
  return checked({
    end: wholeSeconds(meta['end'], 'the end'),
    step: wholeSeconds(meta['step'], 'the step'),
    legend: listOf(meta['legend']).map(String),
    rows: listOf(data).map((raw) => {
      const row = fieldsOf(raw);
      return { t: wholeSeconds(row['t'], 'a row'), values: listOf(row['values']).map(measured) };
    }),
  });
}

/** Throws TransportError `protocol`, for a document type and deep nesting too. */
export function parseRrdXml(text: string): RrdUpdates {
  const parser = new SaxesParser();
  const path: string[] = [];
  const meta = new Map<string, string>();
  const legend: string[] = [];
  const rows: { t: number; values: (number | null)[] }[] = [];
  let content = '';
  parser.on('doctype', () => refuse('it has a document type'));
  parser.on('error', (error) => refuse(error.message.slice(0, 200)));
  parser.on('opentag', ({ name }) => {
    if (path.length >= MAX_DEPTH) refuse('it is nested too deeply');
    path.push(name);
    content = '';
    if (name === 'row') rows.push({ t: -1, values: [] });
  });
  parser.on('text', (more) => {
    content += more;
  });
  parser.on('closetag', ({ name }) => {
    path.pop();
    const inside = path.at(-1);
    if (name === 'entry' && inside === 'legend') legend.push(content.trim());
    else if (inside === 'meta') meta.set(name, content.trim());
    else if (inside === 'row') addTo(rows.at(-1), name, content.trim());
    content = '';
  });
  parser.write(text).close();
  return checked({
    end: wholeSeconds(meta.get('end'), 'the end'),
    step: wholeSeconds(meta.get('step'), 'the step'),
    legend,
    rows,
  });
}

function addTo(
  row: { t: number; values: (number | null)[] } | undefined,
  name: string,
  content: string,
): void {
  if (name === 't' && row !== undefined) row.t = wholeSeconds(content, 'a row');
  else if (name === 'v') row?.values.push(measured(content));
}
