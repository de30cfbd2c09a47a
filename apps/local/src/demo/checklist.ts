/** The demo's findings: what was expected, what was seen, in the order of happening. */
import colors from 'picocolors';

export interface Finding {
  readonly title: string;
  readonly passed: boolean;
  /** What was seen, or why it failed. */
  readonly detail: string;
}

export class Checklist {
  private readonly found: Finding[] = [];

  constructor(private readonly print: (line: string) => void) {}

  get findings(): readonly Finding[] {
    return this.found;
  }

  get passed(): boolean {
    return this.found.length > 0 && this.found.every((finding) => finding.passed);
  }

  /** Notes whether something holds, and what was seen. */
  expect(title: string, holds: boolean, seen: string): void {
    this.found.push({ title, passed: holds, detail: seen });
    this.print(
      `  ${holds ? colors.green('✔') : colors.red('✖')} ${title}${seen === '' ? '' : colors.dim(`: ${seen}`)}`,
    );
  }

  /** Notes that two values are equal. */
  expectEqual(title: string, seen: unknown, wanted: unknown): void {
    const left = JSON.stringify(seen);
    const right = JSON.stringify(wanted);
    this.expect(title, left === right, left === right ? shorten(left) : `expected ${right}, saw ${left}`);
  }
}

/** Long lists that are as expected need not be read; differences are shown in full. */
const LONGEST = 60;

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
