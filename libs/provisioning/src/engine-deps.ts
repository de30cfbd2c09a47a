/** What the engine is given from outside: ports, a clock, a source of chance, and two listeners. */
import type {
  ActionKind,
  ActionKey,
  Clock,
  Fence,
  Hypervisor,
  IdSource,
  OperationState,
  ProvisioningStore,
  ServiceProber,
  TextSealer,
  VsysId,
} from '@openvsys/vsys';
import type { Insistence } from './retry.js';

export interface EngineDeps {
  readonly store: ProvisioningStore;
  readonly hypervisor: Hypervisor;
  /** Real time: leases, deadlines, pauses and what the journal says. */
  readonly clock: Clock;
  /** Time as usage and bills see it; the clock unless a demonstration lets hours pass in seconds. */
  readonly meteredTime: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'uuid'>;
  /** Opens the secrets of a spec for the one call that writes them into the pool; absent: specs with secrets fail. */
  readonly sealer?: Pick<TextSealer, 'open'>;
  /** Asks services inside systems; absent: guests' agents are waited for instead. */
  readonly prober?: ServiceProber;
  /** Uniform in [0, 1); spreads repeats over time. */
  readonly random: () => number;
  readonly log: EngineLog;
  readonly observer: EngineObserver;
  /** USUAL_INSISTENCE when absent. */
  readonly insistence?: Insistence;
}

/** The right to act on a pool, held for as long as the lease is. */
export interface Authority {
  readonly fence: Fence;
  /** Aborted well before another worker may start. */
  readonly signal: AbortSignal;
  /** False from the same moment on, also when a late timer has not fired yet. */
  mayAct(): boolean;
}

/** Structured lines: fields first, text second, as pino takes them. */
export interface EngineLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Figures for metrics. Nothing in the engine depends on what a listener does. */
export interface EngineObserver {
  actionEnded(event: {
    readonly vsysId: VsysId;
    readonly kind: ActionKind;
    readonly key: ActionKey;
    readonly outcome: 'done' | 'failed' | 'withdrawn';
    readonly waitedMs: number;
    readonly tookMs: number;
  }): void;
  turnCommitted(event: { readonly vsysId: VsysId; readonly tookMs: number; readonly intents: number }): void;
  operationEnded(event: {
    readonly vsysId: VsysId;
    readonly kind: string;
    readonly state: OperationState;
  }): void;
}

export const SILENT_LOG: EngineLog = { debug() {}, info() {}, warn() {}, error() {} };
export const SILENT_OBSERVER: EngineObserver = { actionEnded() {}, turnCommitted() {}, operationEnded() {} };
