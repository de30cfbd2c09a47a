/** Hits actions at the moment that was asked for, and notes that it happened. */
import { actionKey, type Action, type ActionKind } from '@openvsys/vsys';
import type { FaultPoint } from '@openvsys/provisioning';
import { cellOf, type Cell, type Fault, type Moment } from '../coverage/cells.js';
import type { Strike } from '../story/story.js';
import type { WorldClock } from '../time/world-clock.js';
import type { WorkerProcess } from './worker-process.js';

export interface StrikePowers {
  kill(process: WorkerProcess): void;
  /** The next commit of the process is stored, but not answered. */
  loseCommit(process: WorkerProcess): void;
  /** Everybody is told of the system of the action once more. */
  repeatNews(vsysPart: string): void;
  /** Connections to the pool break, and nobody reaches it for so long. */
  cutPool(ms: number): void;
  /** What the pool tells comes so much later. */
  slowNews(ms: number): void;
}

export interface CallOfAction {
  readonly process: WorkerProcess;
  readonly action: Action;
  readonly method: string;
}

/** How long what is slow is slow: longer than a lease, shorter than any patience, ms. */
const SLOW_MS = 20_000;
const CUT_MS = 1_500;
/** What takes longer than this is being waited for, ms. */
const WAITING_AFTER_MS = 2;

interface Armed extends Strike {
  left: number;
}

export class Strikes {
  readonly reached = new Set<Cell>();
  #armed: Armed[] = [];
  /** Who performed an action last, by its key: the one whose record comes next. */
  readonly #performers = new Map<string, WorkerProcess>();

  constructor(
    private readonly clock: WorldClock,
    private readonly powers: StrikePowers,
  ) {}

  arm(strike: Strike): void {
    this.#armed.push({ ...strike, left: strike.nth });
  }

  disarm(): void {
    this.#armed = [];
  }

  /** A call of an action on its way. */
  async around(call: CallOfAction, ask: () => Promise<unknown>): Promise<unknown> {
    await this.#hit('before-call', call);
    const answer = await ask();
    await this.#hit('effect-unanswered', call);
    return answer;
  }

  /** A whole action: hit while the pool is at work on it. What is over at once is not waited for. */
  async during<T>(process: WorkerProcess, action: Action, perform: () => Promise<T>): Promise<T> {
    this.#performers.set(actionKey(action), process);
    if (!this.#isArmed(action.kind, 'waiting')) return await perform();
    const over = new AbortController();
    void this.clock.sleep(WAITING_AFTER_MS, over.signal).then(
      () => this.#hitWaiting(process, action),
      () => undefined,
    );
    try {
      return await perform();
    } finally {
      over.abort();
    }
  }

  /** A named place of the engine. */
  async atPoint(point: FaultPoint, subject: string): Promise<void> {
    if (point !== 'action.after-perform') return;
    const [kind = '', part = ''] = splitKey(subject);
    const process = this.#performers.get(subject);
    const fault = this.#due(kind as ActionKind, 'before-record');
    if (fault === undefined || process === undefined) return;
    this.#note(kind as ActionKind, 'before-record', fault);
    if (fault === 'kill') this.powers.kill(process);
    if (fault === 'lost') this.powers.loseCommit(process);
    if (fault === 'duplicate') this.powers.repeatNews(part);
    if (fault === 'slow') await this.clock.sleep(SLOW_MS);
    if (!process.isAlive) await forever();
  }

  async #hit(moment: 'before-call' | 'effect-unanswered', call: CallOfAction): Promise<void> {
    const { process, action } = call;
    const fault = this.#due(action.kind, moment);
    if (fault === undefined) return;
    this.#note(action.kind, moment, fault);
    if (fault === 'kill') await this.#die(call);
    if (fault === 'lost') throw disconnected();
    if (fault === 'duplicate') this.powers.repeatNews(action.part);
    if (fault === 'slow') await process.call(async () => await this.clock.sleep(SLOW_MS));
  }

  #hitWaiting(process: WorkerProcess, { kind, part }: Action): void {
    const fault = this.#due(kind, 'waiting');
    if (fault === undefined) return;
    this.#note(kind, 'waiting', fault);
    if (fault === 'kill') this.powers.kill(process);
    if (fault === 'lost') this.powers.cutPool(CUT_MS);
    if (fault === 'duplicate') this.powers.repeatNews(part);
    if (fault === 'slow') this.powers.slowNews(SLOW_MS);
  }

  async #die({ process }: CallOfAction): Promise<void> {
    this.powers.kill(process);
    await forever();
  }

  #isArmed(kind: ActionKind, moment: Moment): boolean {
    return this.#armed.some((strike) => strike.kind === kind && strike.moment === moment);
  }

  /** The fault of the strike that is due at this moment; counts the visit. */
  #due(kind: ActionKind, moment: Moment): Fault | undefined {
    const strike = this.#armed.find((each) => each.kind === kind && each.moment === moment);
    if (strike === undefined || --strike.left > 0) return undefined;
    this.#armed = this.#armed.filter((each) => each !== strike);
    return strike.fault;
  }

  #note(kind: ActionKind, moment: Moment, fault: Fault): void {
    this.reached.add(cellOf(kind, moment, fault));
  }
}

function splitKey(key: string): readonly string[] {
  const at = key.indexOf(':');
  return [key.slice(0, at), key.slice(at + 1)];
}

function disconnected(): Error {
  return Object.assign(new Error('simulated: the connection broke'), { kind: 'disconnected' });
}

async function forever(): Promise<never> {
  return await new Promise<never>(() => {});
}
