/** How far a campaign is and what it found, for a screen and for a file. */
import type { Coverage } from '../coverage/coverage.js';
import type { Figures } from './campaign.js';

const HOUR_MS = 3_600_000;
const SHOW_EVERY_MS = 1_000;
const WIDTH = 24;

export class Progress {
  readonly #begun = performance.now();
  #shown = 0;

  constructor(
    private readonly figures: Figures,
    private readonly wanted: number,
  ) {}

  show(): void {
    const now = performance.now();
    if (!process.stdout.isTTY || (now - this.#shown < SHOW_EVERY_MS && this.figures.runs < this.wanted))
      return;
    this.#shown = now;
    const part = Math.min(1, this.figures.runs / this.wanted);
    const full = Math.round(part * WIDTH);
    const bar = '█'.repeat(full) + '·'.repeat(WIDTH - full);
    process.stdout.write(`\r${bar} ${this.figures.runs}/${this.wanted}  ${this.#speed()}  `);
  }

  summary(coverage: Coverage): readonly string[] {
    const { runs, operations, faults, found } = this.figures;
    return [
      '',
      `${runs} stories, ${operations} operations, ${faults} faults, ${this.#speed()}`,
      `crash points reached ÷ existing: ${coverage.reached} ÷ ${coverage.existing}`,
      `violations: ${found.length}${found.length === 0 ? '' : ` (seeds ${found.map(({ story }) => story.seed).join(', ')})`}`,
    ];
  }

  asJson(coverage: Coverage): object {
    const { found, ...figures } = this.figures;
    const seconds = (performance.now() - this.#begun) / 1_000;
    const { reached, existing } = coverage;
    return { ...figures, seconds, reached, existing, violations: found.map(({ story }) => story.seed) };
  }

  #speed(): string {
    const seconds = (performance.now() - this.#begun) / 1_000;
    const { runs, simulatedMs } = this.figures;
    const perSecond = (runs / seconds).toFixed(2);
    return `${perSecond} seeds/s, ${(simulatedMs / HOUR_MS / seconds).toFixed(2)} simulated hours/s`;
  }
}
