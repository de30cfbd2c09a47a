/**
 * Tells whether links, addresses, routes or our table of rules may have changed, so that a look that finds nothing new
 * starts no program: a dozen of them every few seconds cost a small appliance more than a tenth of what it carries.
 *
 *   monitors run ──the kernel tells something──► generation + 1 ──► what was remembered is read again
 *        └── one ends: nothing is remembered until it runs again
 *
 * A change may be told a moment after it happened: for the regular look that is soon enough, for a decision it is not.
 */
import { spawn } from 'node:child_process';
import { pause } from '../pause.js';

/** rtnetlink groups, ip-monitor(8); and what nft(8) tells of tables that go. */
const MONITORS = [
  ['ip', 'monitor', 'link', 'address', 'route'],
  ['nft', 'monitor', 'destroy', 'tables'],
] as const;
/** Whatever the kernel told: this old is too old, ms. */
const LONGEST_MS = 60_000;
/** Before a monitor that ended is started again, ms. */
const RESTART_PAUSE_MS = 5_000;

interface Known<Asked, Answer> {
  readonly generation: number;
  readonly at: number;
  readonly asked: Asked;
  readonly answer: Answer;
}

export class KernelWatch {
  private generation = 0;
  private running = 0;

  /** Until the signal aborts. Never throws; without the tools nothing is remembered. */
  async follow(signal: AbortSignal): Promise<void> {
    await Promise.all(MONITORS.map(async (command) => this.keepRunning(command, signal)));
  }

  /** Asks `read` again only when something may have changed or is asked about something else. Failures are not remembered. */
  remember<Asked extends readonly unknown[], Answer>(
    read: (...asked: Asked) => Promise<Answer>,
  ): (...asked: Asked) => Promise<Answer> {
    let known: Known<Asked, Answer> | undefined;
    return async (...asked) => {
      const { generation } = this;
      const at = performance.now();
      if (known !== undefined && this.isTrue(known, asked, at)) return known.answer;
      known = undefined;
      const answer = await read(...asked);
      known = { generation, at, asked, answer };
      return answer;
    };
  }

  private isTrue(known: Known<readonly unknown[], unknown>, asked: readonly unknown[], at: number): boolean {
    return (
      this.running === MONITORS.length &&
      known.generation === this.generation &&
      at - known.at < LONGEST_MS &&
      known.asked.every((each, index) => each === asked[index])
    );
  }

  private async keepRunning(command: readonly string[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.runOnce(command, signal);
      await pause(RESTART_PAUSE_MS, signal);
    }
  }

  private async runOnce(command: readonly string[], signal: AbortSignal): Promise<void> {
    // It ends with the agent, however that ends (setpriv(1)).
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
    });
    child.once('spawn', () => {
      this.running += 1;
      child.once('exit', () => {
        this.running -= 1;
        this.generation += 1;
      });
    });
    child.stdout.on('data', () => {
      this.generation += 1;
    });
    await new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', () => resolve());
    });
  }
}
