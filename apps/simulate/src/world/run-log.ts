/** What happened in a run, line by line, and what must not have happened. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export class RunLog {
  readonly lines: string[] = [];
  readonly violations: string[] = [];

  constructor(
    /** ms since the begin of the run. */
    private readonly elapsed: () => number,
  ) {}

  log(line: string): void {
    this.lines.push(`${this.elapsed()} ${line}`);
  }

  add(lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** Told once. */
  violate(what: string): void {
    if (this.violations.some((known) => known.startsWith(what))) return;
    this.violations.push(`${what} (after ${this.elapsed()} ms)`);
  }

  /** Ids of version 7 hold the real order of runs, so they are numbered by when they first come. */
  normalised(): readonly string[] {
    const numbers = new Map<string, number>();
    return this.lines.map((line) =>
      line.replaceAll(UUID, (uuid) => {
        const number = numbers.get(uuid) ?? numbers.size;
        numbers.set(uuid, number);
        return `#${number}`;
      }),
    );
  }
}
