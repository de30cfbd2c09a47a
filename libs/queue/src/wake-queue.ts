/**
 * Wake-ups: "VSYS x of pool y may differ from its spec". A hint and nothing more (design D2): one that is lost is found
 * by the sweep, one that comes twice costs a look, so nothing here is worth failing a request for.
 */
import type { PoolId, VsysId } from '@openvsys/vsys';

export interface WakeQueue {
  /**
   * Adds a wake-up. `priority`: 1 is most urgent, larger ones wait; by default the queue's order. Never rejects: an error
   * is logged and dropped. Resolves within about a second, also when the queue server is away.
   */
  wake(poolId: PoolId, vsysId: VsysId, priority?: number): Promise<void>;
  /** Gives connections back. Never rejects. */
  close(): Promise<void>;
}

export interface WakeConsumer {
  /** Takes no further wake-ups and waits for those being handled. Never rejects. */
  close(): Promise<void>;
}

export interface WakeHandler {
  /** Resolves when the VSYS needs no more work; a rejection is only logged. */
  handle(vsysId: VsysId): Promise<void>;
  /** How long the wake-up lay in the queue, ms. */
  taken?(waitedMs: number): void;
}

export interface WakeConsumerOptions {
  /** Wake-ups handled at the same time. */
  readonly concurrency: number;
}

/** Where wake-ups of one pool are taken from. */
export interface WakeSource {
  consume(poolId: PoolId, handler: WakeHandler, options: WakeConsumerOptions): WakeConsumer;
}

/** Structured lines: fields first, text second, as pino takes them. */
export interface QueueLog {
  warn(fields: object, message: string): void;
}

/** All that a job holds: ids may be seen in Redis by operators, everything else is read from PostgreSQL. */
export interface WakeJob {
  readonly vsysId: string;
}
