/** Shows, waits for and cancels what is being done with images. */
import { Injectable } from '@nestjs/common';
import {
  cancelPoolOperation,
  Database,
  getImageOperation,
  isServerBeingCaptured,
  listImageOperations,
  settleImageOperation,
  type ImageOperationRecord,
  type Page,
  type PageRequest,
  type Session,
} from '@openvsys/persistence';
import {
  DomainError,
  requirePermission,
  type OpenPoolOperation,
  type PoolOperationState,
  type VServerId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';
import { OperationNews } from '../operations/operation-news.js';
import { Transactor } from '../transactor.js';

/** Looks at least this often, should news get lost. */
const LOOK_EVERY_MS = 2_000;

@Injectable()
export class FollowImageOperation {
  constructor(
    private readonly database: Database,
    private readonly news: OperationNews,
    private readonly transactor: Transactor,
    private readonly time: BusinessTime,
  ) {}

  async list(
    call: Call,
    filter: { readonly image?: string | undefined; readonly state?: PoolOperationState | undefined },
    page: PageRequest,
  ): Promise<Page<ImageOperationRecord>> {
    return this.database.session(async (session) => listImageOperations(session, call.scope, filter, page));
  }

  /** The server was read within the caller's scope. */
  async isBeingCaptured(call: Call, server: VServerId): Promise<boolean> {
    requirePermission(call.principal, 'vsys:read');
    return this.database.session(async (session) => isServerBeingCaptured(session, server));
  }

  /** Throws `not-found`. */
  async get(call: Call, id: string): Promise<ImageOperationRecord> {
    return this.database.session(async (session) => getImageOperation(session, call.scope, id));
  }

  /** The operation when it ended, or as it is after `ms` or when the signal aborts. Throws `not-found`. */
  async wait(call: Call, id: string, ms: number, signal: AbortSignal): Promise<ImageOperationRecord> {
    const until = performance.now() + ms;
    for (;;) {
      // Registered before the look, so that an end between the two is not missed.
      const looked = new AbortController();
      const left = Math.max(0, until - performance.now());
      const either = AbortSignal.any([signal, looked.signal]);
      const told = this.news.wait(id, Math.min(left, LOOK_EVERY_MS), either);
      try {
        const operation = await this.get(call, id);
        if (operation.finishedAt !== null || left === 0 || signal.aborted) return operation;
        await told;
      } finally {
        looked.abort();
      }
    }
  }

  /** What is on its way is given up, and nothing of it stays. Throws `not-found`, and `conflict` when it has ended. */
  async cancel(call: Call, id: string): Promise<ImageOperationRecord> {
    return this.transactor.change(call, async (session, at) => {
      const { state, organizationId } = await getImageOperation(session, call.scope, id);
      if (!(await cancelPoolOperation(session, id, at)))
        throw new DomainError('conflict', `The operation has ended: ${state}.`, { retry: 'never' });
      const answer = await getImageOperation(session, call.scope, id);
      // One that nobody has begun ends here and now.
      if (answer.state === 'cancelled') await this.settle(session, id, at);
      const audit = { organizationId, verb: 'image-operation.cancel', resource: id };
      return { answer, audit };
    });
  }

  private async settle(session: Session, id: string, at: Date): Promise<void> {
    const ended = await session.first<OpenPoolOperation>(
      `SELECT id, pool_id AS "poolId", task FROM pool_operation WHERE id = $1`,
      [id],
    );
    if (ended === undefined) return;
    await settleImageOperation(session, { ...ended, at, metered: this.time.now() }, { state: 'cancelled' });
  }
}
