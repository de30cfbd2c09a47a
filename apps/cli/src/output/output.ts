/** Where a command puts what it has to say: results on stdout in the wanted form, everything else on stderr. */
import { once } from 'node:events';
import type { Page } from '../api/pages.js';
import type { Io, Terminal } from '../io.js';
import { createColors, type Colors } from './colors.js';
import { createListWriter, type Tail } from './list-writer.js';
import { renderData, type Column, type OutputFormat } from './render.js';
import { safe } from './terminal-text.js';

export interface OutputOptions {
  readonly format: OutputFormat;
  readonly colors: 'allowed' | 'none';
  /** `results`: nothing on stderr but errors. */
  readonly talk: 'everything' | 'results';
}

export class Output {
  /** Colours of stdout; never in JSON or YAML. */
  readonly colors: Colors;
  /** Colours of stderr. */
  readonly noteColors: Colors;
  readonly format: OutputFormat;

  constructor(
    private readonly io: Io,
    private readonly options: OutputOptions,
  ) {
    this.format = options.format;
    this.colors = createColors(options.format === 'table' && this.mayColor(io.stdout) ? 'colored' : 'plain');
    this.noteColors = createColors(this.mayColor(io.stderr) ? 'colored' : 'plain');
  }

  /** How progress may be shown: redrawn for people, a line a change for logs, not at all. */
  get progress(): 'picture' | 'lines' | 'none' {
    if (this.options.talk === 'results') return 'none';
    const { stderr, environment } = this.io;
    // A terminal that does not know its size (some CI) says 0: there is no place for a picture.
    return stderr.isTTY === true && stderr.columns !== 0 && environment.audience === 'people'
      ? 'picture'
      : 'lines';
  }

  /** One result: `text` makes the form for people, programs get the data as the API gave it. */
  async result(data: unknown, text: () => string): Promise<void> {
    const rendered = this.format === 'table' ? text() : renderData(data, this.format);
    await write(this.io.stdout, `${rendered}\n`);
  }

  /** Pages as they come. `tail` is computed from the last page. */
  async list<Row, Answer extends Page<Row>>(
    pages: AsyncIterable<Answer & Page<Row>>,
    columns: readonly Column<Row>[],
    tail?: (last: Answer) => Tail,
  ): Promise<void> {
    const { format, colors } = this;
    const shape = tail === undefined ? 'array' : 'object';
    const writer = createListWriter<Row>({ format, columns, colors, shape });
    let last: Answer | undefined;
    for await (const page of pages) {
      last = page;
      await write(this.io.stdout, writer.page(page.items));
    }
    await write(this.io.stdout, writer.end(last === undefined ? undefined : tail?.(last)));
    if (last !== undefined && (last.nextCursor !== null || last.isCut === true)) {
      this.note('There are more: use --limit N for more of them, or --all.');
    }
  }

  /** For people, on stderr; silent with --quiet. */
  note(text: string): void {
    if (this.options.talk === 'everything') this.io.stderr.write(`${safe(text)}\n`);
  }

  private mayColor(stream: Terminal): boolean {
    return (
      stream.isTTY === true && this.options.colors === 'allowed' && this.io.environment.colors === 'allowed'
    );
  }
}

/** Waits while a slow reader has not taken what was written before. */
export async function write(stream: Terminal, text: string): Promise<void> {
  if (text !== '' && !stream.write(text)) await once(stream, 'drain');
}
