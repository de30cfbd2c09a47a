/** Lines for the next report: bounded in number, length and rate, so that a flood costs nothing but a count. */
import type { LogLine } from './report.js';

interface Entry {
  readonly at: number;
  readonly source: string;
  readonly text: string;
}

/** Kept until the API takes them; days without the API keep the newest. */
const LINES_KEPT = 500;
const LINE_LENGTH = 500;
/** Sustained lines a second, and how many may come at once. */
const RATE = 20;
const BURST = 200;

export class LogBook {
  private entries: Entry[] = [];
  private dropped = 0;
  private allowance = BURST;
  private refilledAt: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.refilledAt = now();
  }

  write(source: string, text: string): void {
    const at = this.now();
    this.allowance = Math.min(BURST, this.allowance + ((at - this.refilledAt) / 1000) * RATE);
    this.refilledAt = at;
    if (this.allowance < 1) {
      this.dropped += 1;
      return;
    }
    this.allowance -= 1;
    this.entries.push({ at, source, text: text.trim().slice(0, LINE_LENGTH) });
    if (this.entries.length > LINES_KEPT) {
      this.entries.shift();
      this.dropped += 1;
    }
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
