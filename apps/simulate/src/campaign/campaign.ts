/** Many stories one after the other, with figures. */
import { Coverage } from '../coverage/coverage.js';
import type { Story } from '../story/story.js';
import { Installation } from '../world/installation.js';
import { Simulation, type Outcome, type RunOptions } from '../world/simulation.js';

/** The embedded database keeps the remains of old rows of its catalogue; a fresh one is quicker after so many runs. */
const RUNS_AN_INSTALLATION = 400;

export interface Found {
  readonly story: Story;
  readonly violations: readonly string[];
}

export interface Figures {
  runs: number;
  simulatedMs: number;
  operations: number;
  faults: number;
  readonly found: Found[];
}

export class Campaign {
  readonly coverage = new Coverage();
  readonly figures: Figures = { runs: 0, simulatedMs: 0, operations: 0, faults: 0, found: [] };
  #installation: Installation | undefined;
  #runs = 0;

  /** Runs a story in a world of its own. */
  async run(story: Story, options: RunOptions = {}): Promise<Outcome> {
    if (this.#runs >= RUNS_AN_INSTALLATION) await this.close();
    this.#installation ??= await Installation.start();
    this.#runs += 1;
    return await new Simulation(this.#installation, story, options).run();
  }

  /** Runs a story and counts it. */
  async count(story: Story): Promise<Outcome> {
    const outcome = await this.run(story);
    const { figures } = this;
    figures.runs += 1;
    figures.simulatedMs += outcome.simulatedMs;
    figures.operations += outcome.operations;
    figures.faults += outcome.faults;
    this.coverage.note(outcome.reached);
    if (outcome.violations.length > 0) figures.found.push({ story, violations: outcome.violations });
    return outcome;
  }

  /** Whether a story goes wrong, and how. */
  async wrongOf(story: Story): Promise<string | undefined> {
    return (await this.run(story)).violations[0];
  }

  async close(): Promise<void> {
    await this.#installation?.close();
    this.#installation = undefined;
    this.#runs = 0;
  }
}
