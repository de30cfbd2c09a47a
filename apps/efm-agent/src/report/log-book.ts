/** Lines for the next report: bounded in number, length and rate, so that a flood costs nothing but a count. */
import type { LogLine } from './report.js';

interface Entry {
  readonly at: number;
  readonly source: string;
  readonly text: string;
}

/** What a source may still write, and as of when. */
interface Allowance {
  readonly lines: number;
  readonly at: number;
}

/** Kept until the API takes them; days without the API keep the newest. */
const LINES_KEPT = 500;
const LINE_LENGTH = 500;
/** Sustained lines a second of each source, and how many may come at once. */
const RATE = 20;
const BURST = 200;

export class LogBook {
  private entries: Entry[] = [];
  private dropped = 0;
  private readonly allowances = new Map<string, Allowance>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  write(source: string, text: string): void {
    const at = this.now();
    if (!this.mayWrite(source, at)) return this.drop(1);
    this.entries.push({ at, source, text: clean(text) });
    if (this.entries.length <= LINES_KEPT) return;
    // The oldest of whoever wrote most: a flood of one pushes nobody else out.
    this.entries.splice(this.entries.indexOf(this.oldestOfLoudest()), 1);
    this.drop(1);
  }

  /** Lines that somebody else had to leave out. */
  drop(count: number): void {
    this.dropped += count;
  }

  private mayWrite(source: string, at: number): boolean {
    const known = this.allowances.get(source) ?? { lines: BURST, at };
    const lines = Math.min(BURST, known.lines + ((at - known.at) / 1000) * RATE);
    this.allowances.set(source, { lines: lines < 1 ? lines : lines - 1, at });
    return lines >= 1;
  }

  private oldestOfLoudest(): Entry {
    const bySource = Object.values(Object.groupBy(this.entries, ({ source }) => source));
    const loudest = bySource.reduce((most, own) => ((own?.length ?? 0) > (most?.length ?? 0) ? own : most));
    return loudest?.[0] as Entry;
  }

  /** What to send now; `take` forgets it once it has arrived. */
  peek(): { readonly logs: readonly LogLine[]; readonly logsDropped: number; readonly take: () => void } {
    const at = this.now();
    const { dropped } = this;
    const sent = new Set(this.entries);
    return {
      logs: this.entries.map((entry) => ({
        ageMs: Math.max(0, Math.round(at - entry.at)),
        source: entry.source,
        text: entry.text,
      })),
      logsDropped: dropped,
      take: () => {
        this.entries = this.entries.filter((entry) => !sent.has(entry));
        this.dropped -= dropped;
      },
    };
  }
}

/** Requests of strangers are quoted in logs: what is no text stays out. */
const clean = (text: string): string =>
  text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, LINE_LENGTH);
