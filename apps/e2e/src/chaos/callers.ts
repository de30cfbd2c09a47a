/**
 * Load while things go wrong: each caller has a system of its own, asks for something, waits for the end of it, and asks
 * for the next. An answer that does not come is asked for again; what was accepted is remembered and must end.
 *
 *   no system ──create──► there ──change, start, stop, restart──► there ──delete──► no system
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AcceptedView } from '@openvsys/api-client';
import { Refusal, type PowerVerb, type Tenant } from '../cloud/tenant.js';
import { FARM } from './farm.js';
import type { Dice } from './faults.js';

export interface Tally {
  readonly accepted: string[];
  /** Of requests: answers of the API that said no, by code. */
  readonly refusals: Map<string, number>;
  /** Requests that got no answer, and were repeated. */
  unanswered: number;
  /** Slowest answer, ms. */
  slowestMs: number;
  /** Refusals that no caller can do anything with. */
  readonly internalErrors: string[];
}

export const newTally = (): Tally => ({
  accepted: [],
  refusals: new Map(),
  unanswered: 0,
  slowestMs: 0,
  internalErrors: [],
});

/** A caller asks again after this time, as SDKs do. */
const REPEAT_MS = 300;
/** Then the caller goes on to the next wish; the operation goes on, too. */
const PATIENCE_MS = 20_000;
const MOST_SERVERS = 4;
const POWER: readonly PowerVerb[] = ['start', 'stop', 'restart'];

export class Caller {
  private vsysId: string | undefined;
  private systems = 0;

  constructor(
    private readonly name: string,
    private readonly tenant: Tenant,
    private readonly dice: Dice,
    private readonly tally: Tally,
  ) {}

  /** Until it is told to stop. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const answer = await this.ask(await this.nextWish(), signal);
      if (answer === undefined) await delay(REPEAT_MS);
      else await this.tenant.ended(answer.operation.id, PATIENCE_MS).catch(() => undefined);
    }
  }

  private async nextWish(): Promise<() => Promise<AcceptedView>> {
    const { dice, tenant } = this;
    const id = this.vsysId;
    if (id === undefined) return this.creation();
    const kind = dice.below(10);
    if (kind === 0) {
      return async () => {
        const answer = await tenant.delete(id);
        this.vsysId = undefined;
        return answer;
      };
    }
    const webCount = dice.below(MOST_SERVERS + 1);
    if (kind < 6) return async () => tenant.change(id, { webCount });
    const [verb, choice] = [dice.pick(POWER), dice.below(MOST_SERVERS)];
    return async () => {
      const { vservers } = await tenant.get(id);
      return tenant.power(verb, vservers[choice % vservers.length]?.id ?? '');
    };
  }

  private creation(): () => Promise<AcceptedView> {
    this.systems += 1;
    const parameters = { webCount: 1 + this.dice.below(MOST_SERVERS) };
    const order = { name: `${this.name}-${this.systems}`, source: FARM, parameters };
    const idempotencyKey = randomUUID();
    return async () => {
      const answer = await this.tenant.create(order, { idempotencyKey });
      this.vsysId = answer.vsysId;
      return answer;
    };
  }

  /** Undefined: refused, or nobody wants it any more. */
  private async ask(
    wish: () => Promise<AcceptedView>,
    signal: AbortSignal,
  ): Promise<AcceptedView | undefined> {
    while (!signal.aborted) {
      const asked = performance.now();
      try {
        const answer = await wish();
        this.tally.accepted.push(answer.operation.id);
        return answer;
      } catch (error) {
        if (!this.shallRepeat(error)) return undefined;
      } finally {
        this.tally.slowestMs = Math.max(this.tally.slowestMs, performance.now() - asked);
      }
      await delay(REPEAT_MS);
    }
    return undefined;
  }

  private shallRepeat(error: unknown): boolean {
    if (!(error instanceof Refusal)) {
      this.tally.unanswered += 1;
      return true;
    }
    const { status, problem } = error;
    const key = `${status} ${problem?.code ?? ''}`;
    this.tally.refusals.set(key, (this.tally.refusals.get(key) ?? 0) + 1);
    if (status === 500) this.tally.internalErrors.push(error.message);
    if (status === 404) this.vsysId = undefined;
    return status === 429 || status >= 500;
  }
}
