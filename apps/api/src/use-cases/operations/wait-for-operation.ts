/** Waits for the end of an operation. */
import { Injectable } from '@nestjs/common';
import { Database, getOperation, type OperationRecord } from '@openvsys/persistence';
import { isEnded, type OperationId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { OperationNews } from './operation-news.js';

/** Looks at least this often, should news get lost. */
const LOOK_EVERY_MS = 2_000;

@Injectable()
export class WaitForOperation {
  constructor(
    private readonly database: Database,
    private readonly news: OperationNews,
  ) {}

  /** The operation when it ended, or as it is after `ms` or when the signal aborts. Throws `not-found`. */
  async execute(call: Call, id: OperationId, ms: number, signal: AbortSignal): Promise<OperationRecord> {
    const until = performance.now() + ms;
    for (;;) {
      // Registered before the look, so that an end between the two is not missed.
      const looked = new AbortController();
      const left = Math.max(0, until - performance.now());
      const told = this.news.wait(
        id,
        Math.min(left, LOOK_EVERY_MS),
        AbortSignal.any([signal, looked.signal]),
      );
      try {
        const operation = await this.database.session(async (session) =>
          getOperation(session, call.scope, id),
        );
        if (isEnded(operation.state) || left === 0 || signal.aborted) return operation;
        await told;
      } finally {
        looked.abort();
      }
    }
  }
}
