/** Shows, waits for and cancels what was asked to be done with pools. */
import { Injectable } from '@nestjs/common';
import {
  cancelPoolOperation,
  Database,
  getPoolOperation,
  listPoolOperations,
  type Page,
  type PageRequest,
  type PoolOperationRecord,
} from '@openvsys/persistence';
import { DomainError, type PoolId, type PoolOperationState } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { OperationNews } from '../operations/operation-news.js';
import { Transactor } from '../transactor.js';

/** Looks at least this often, should news get lost. */
const LOOK_EVERY_MS = 2_000;

@Injectable()
export class FollowPoolOperation {
  constructor(
    private readonly database: Database,
    private readonly news: OperationNews,
    private readonly transactor: Transactor,
  ) {}

  async list(
    filter: { readonly poolId?: PoolId | undefined; readonly state?: PoolOperationState | undefined },
    page: PageRequest,
  ): Promise<Page<PoolOperationRecord>> {
    return this.database.session(async (session) => listPoolOperations(session, filter, page));
  }

  /** Throws `not-found`. */
  async get(id: string): Promise<PoolOperationRecord> {
    return this.database.session(async (session) => getPoolOperation(session, id));
  }

  /** The operation when it ended, or as it is after `ms` or when the signal aborts. Throws `not-found`. */
  async wait(id: string, ms: number, signal: AbortSignal): Promise<PoolOperationRecord> {
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
        const operation = await this.get(id);
        if (operation.finishedAt !== null || left === 0 || signal.aborted) return operation;
        await told;
      } finally {
        looked.abort();
      }
    }
  }

  /** Throws `not-found`, and `conflict` when it has ended. */
  async cancel(call: Call, id: string): Promise<PoolOperationRecord> {
    return this.transactor.change(call, async (session, at) => {
      const { state } = await getPoolOperation(session, id);
      if (!(await cancelPoolOperation(session, id, at)))
        throw new DomainError('conflict', `The operation has ended: ${state}.`, { retry: 'never' });
      const audit = { organizationId: null, verb: 'pool-operation.cancel', resource: id };
      return { answer: await getPoolOperation(session, id), audit };
    });
  }
}
