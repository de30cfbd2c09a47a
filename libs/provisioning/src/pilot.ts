/** Flies one action: takes its slots, performs it within its deadline, settles it when its outcome is unknown. */
import {
  DomainError,
  NO_SEALER,
  asDomainError,
  type Hypervisor,
  type HostUuid,
  type Clock,
  type ServiceProber,
  type TextSealer,
  type VsysId,
} from '@openvsys/vsys';
import { DEADLINE_MS } from './deadlines.js';
import type { Authority, EngineLog } from './engine-deps.js';
import { faultPoint } from './fault-points.js';
import { deadlineError, endOfFailure, type Flight, type FlightEnd } from './flight.js';
import type { Grant, PoolLimits } from './limits.js';
import { settle } from './settle.js';
import type { StartPlacement } from './start-placement.js';

export interface PilotDeps {
  readonly hypervisor: Hypervisor;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly limits: PoolLimits;
  readonly placement: StartPlacement;
  readonly authority: Authority;
  readonly sealer?: Pick<TextSealer, 'open'>;
  readonly prober?: ServiceProber;
  /** Aborted when the process must end now; intents stay open. */
  readonly halt: AbortSignal;
}

export interface SlotClaim {
  readonly vsysId: VsysId;
  readonly tenant: string;
  readonly priority: readonly number[];
  readonly exclude: readonly HostUuid[];
}

export class Pilot {
  readonly #stop: AbortSignal;

  constructor(private readonly deps: PilotDeps) {
    this.#stop = AbortSignal.any([deps.authority.signal, deps.halt]);
  }

  /** From waiting to the end. Never rejects. */
  async fly(flight: Flight, claim: SlotClaim): Promise<FlightEnd> {
    let grant: Grant;
    try {
      grant = await this.#takeSlots(flight, claim);
    } catch (thrown) {
      if (this.#stop.aborted) return { outcome: 'abandoned' };
      if (flight.withdrawn.aborted) return { outcome: 'withdrawn' };
      return { outcome: 'failed', error: asDomainError(thrown) };
    }
    flight.stage = 'performing';
    flight.host = grant.host;
    const end = await this.#perform(flight).finally(() => grant.release());
    if (end.outcome !== 'unknown') return end;
    // Overtaken, it did not fail: what comes instead is planned when it is known where it ended.
    return await this.#settleAfter(flight, flight.overtaken.aborted ? undefined : end.error);
  }

  /** For an intent of an earlier process: only finds out what became of it. Never rejects. */
  async adopt(flight: Flight): Promise<FlightEnd> {
    return await this.#settleAfter(flight, undefined);
  }

  async #takeSlots(flight: Flight, claim: SlotClaim): Promise<Grant> {
    const { action } = flight.plan;
    const { hypervisor, limits, placement } = this.deps;
    return await limits.acquire({
      tenant: claim.tenant,
      priority: claim.priority,
      signal: AbortSignal.any([flight.withdrawn, this.#stop]),
      bid: (room) =>
        action.kind === 'vserver.start'
          ? placement.bid({ vsysId: claim.vsysId, action, exclude: claim.exclude }, room)
          : { is: 'slots', slots: hypervisor.slots(action, null), host: null },
    });
  }

  async #perform(flight: Flight): Promise<ReturnType<typeof endOfFailure>> {
    const { action, key, id } = flight.plan;
    const { authority, clock, hypervisor, prober } = this.deps;
    flight.startedAt = clock.now();
    const deadline = new AbortController();
    const over = new AbortController();
    const signal = AbortSignal.any([this.#stop, deadline.signal]);
    const limitMs = DEADLINE_MS[action.kind];
    try {
      await faultPoint('action.before-perform', key);
      if (!authority.mayAct()) throw new DomainError('lease-lost', 'The lease of the pool is about to end.');
      const work = hypervisor.perform(action, {
        actionId: id,
        host: flight.host,
        signal,
        unseal: (text) => (this.deps.sealer ?? NO_SEALER).open(text, action.part),
        ...(prober === undefined ? {} : { answered: async (probe, end) => prober.answered(probe, end) }),
      });
      await Promise.race([
        work,
        expire(clock, limitMs, over.signal, () => deadlineError(key, limitMs)),
        aborted(this.#stop, over.signal, leaseEnd),
        aborted(flight.overtaken, over.signal, (): unknown => flight.overtaken.reason),
      ]);
      await faultPoint('action.after-perform', key);
      return { outcome: 'done' };
    } catch (thrown) {
      const end = endOfFailure(thrown, this.#stop);
      if (end.outcome === 'unknown') deadline.abort(end.error);
      return end;
    } finally {
      over.abort();
    }
  }

  async #settleAfter(flight: Flight, cause: DomainError | undefined): Promise<FlightEnd> {
    flight.stage = 'settling';
    try {
      const settled = await settle(flight, this.deps, this.#stop);
      if (settled.is === 'done') return { outcome: 'done' };
      if (settled.is === 'failed') return { outcome: 'failed', error: settled.error };
      return cause === undefined ? { outcome: 'withdrawn' } : { outcome: 'failed', error: cause };
    } catch (thrown) {
      return { outcome: 'abandoned', error: asDomainError(thrown) };
    }
  }
}

/** Rejects after `ms`; stays pending when `over` comes first. */
async function expire(clock: Clock, ms: number, over: AbortSignal, error: () => DomainError): Promise<never> {
  try {
    await clock.sleep(ms, over);
  } catch {
    return await forever();
  }
  throw error();
}

const leaseEnd = () => new DomainError('lease-lost', 'The right to act on the pool ended.');

/** Rejects when `stop` is aborted, so that a call that does not listen to its signal holds nobody up. */
async function aborted(stop: AbortSignal, over: AbortSignal, reason: () => unknown): Promise<never> {
  return await new Promise<never>((_resolve, reject) => {
    const fail = () => reject(reason());
    if (stop.aborted) fail();
    else stop.addEventListener('abort', fail, { once: true, signal: over });
  });
}

async function forever(): Promise<never> {
  return await new Promise<never>(() => {});
}
