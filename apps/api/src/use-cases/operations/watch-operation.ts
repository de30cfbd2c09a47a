/**
 * The live stream of an operation: first everything as it is, then what changes, until the operation ends. Level-triggered: a frame
 * says how a thing is now, so a client that lost frames and comes back misses nothing.
 */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getOperation,
  listPartStates,
  listSteps,
  type OperationRecord,
  type PartStateRecord,
  type StepRecord,
} from '@openvsys/persistence';
import { isEnded, type OperationId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { OperationNews } from './operation-news.js';

export type OperationFrame =
  | { readonly event: 'operation'; readonly data: OperationRecord }
  | { readonly event: 'part'; readonly data: PartStateRecord }
  | { readonly event: 'step'; readonly data: StepRecord }
  | { readonly event: 'heartbeat'; readonly data: { readonly at: Date } };

/** Keeps proxies from closing an idle stream; also the longest time that lost news stays unnoticed. */
const HEARTBEAT_MS = 5_000;

@Injectable()
export class WatchOperation {
  constructor(
    private readonly database: Database,
    private readonly news: OperationNews,
  ) {}

  /** Throws `not-found` before the first frame. Ends after the frame that shows the end, or when the signal aborts. */
  async *execute(call: Call, id: OperationId, signal: AbortSignal): AsyncGenerator<OperationFrame> {
    const sent = new Map<string, string>();
    while (!signal.aborted) {
      const looked = new AbortController();
      const told = this.news.wait(id, HEARTBEAT_MS, AbortSignal.any([signal, looked.signal]));
      try {
        const { frames, ended } = await this.look(call, id);
        const fresh = frames.filter((frame) => isNew(sent, frame));
        yield* fresh;
        if (ended) return;
        if (fresh.length === 0) yield { event: 'heartbeat', data: { at: new Date() } };
        await told;
      } finally {
        looked.abort();
      }
    }
  }

  private async look(call: Call, id: OperationId): Promise<{ frames: OperationFrame[]; ended: boolean }> {
    return this.database.session(async (session) => {
      const operation = await getOperation(session, call.scope, id);
      const parts = await listPartStates(session, operation.vsysId);
      const steps = await listSteps(session, id);
      const frames: OperationFrame[] = [
        ...parts.map((data) => ({ event: 'part', data }) as const),
        ...steps.map((data) => ({ event: 'step', data }) as const),
        { event: 'operation', data: operation },
      ];
      return { frames, ended: isEnded(operation.state) };
    });
  }
}

function isNew(sent: Map<string, string>, frame: OperationFrame): boolean {
  if (frame.event === 'heartbeat') return true;
  const key = `${frame.event} ${frame.data.id}`;
  const text = JSON.stringify(frame.data);
  if (sent.get(key) === text) return false;
  sent.set(key, text);
  return true;
}
