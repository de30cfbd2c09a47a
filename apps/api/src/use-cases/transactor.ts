/**
 * One transaction for each change: the idempotency row, the work, the audit entry and the stored answer stand or fall together.
 * A hundred repeats at once with one key wait for the first and get its answer.
 */
import { Injectable } from '@nestjs/common';
import { claimIdempotencyKey, Database, insertAudit, storeAnswer, type Session } from '@openvsys/persistence';
import { DomainError, type OrganizationId } from '@openvsys/vsys';
import type { Call } from './call.js';
import { BusinessTime, FreshIds } from './clock.js';

export interface AuditNote {
  readonly organizationId: OrganizationId | null;
  /** What was done, e.g. `vsys.create`. */
  readonly verb: string;
  /** To what: an id. */
  readonly resource: string;
  /** Never secrets. */
  readonly detail?: object;
}

export interface Change<Answer extends object> {
  readonly answer: Answer;
  readonly audit: AuditNote;
}

/** Times a transaction is tried when something that it picked was taken by another one at the same moment. */
const ATTEMPTS = 3;

@Injectable()
export class Transactor {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
    private readonly ids: FreshIds,
  ) {}

  /** Throws what `work` throws; then nothing is stored, and the key is free again. */
  async change<Answer extends object>(
    call: Call,
    work: (session: Session, at: Date) => Promise<Change<Answer>>,
  ): Promise<Answer> {
    // A plan that is not looked at must not look as if it were kept.
    if (call.plan !== undefined) throw unplannable();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.database.transaction(async (session) => this.once(session, call, work));
      } catch (error) {
        const raced = error instanceof DomainError && error.code === 'conflict' && error.retry === 'same';
        if (!raced || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  private async once<Answer extends object>(
    session: Session,
    call: Call,
    work: (session: Session, at: Date) => Promise<Change<Answer>>,
  ): Promise<Answer> {
    const at = this.time.now();
    const { idempotency, principal } = call;
    const owner = principal.organizationId;
    if (idempotency !== null) {
      const known = await claimIdempotencyKey(session, owner, idempotency.key, idempotency.requestHash, at);
      // The same use case stored it for the same request, so it has the same shape.
      if (known !== undefined) return known.response as Answer;
    }
    const { answer, audit } = await work(session, at);
    const entry = {
      id: this.ids.uuid(),
      actor: principal.actor,
      requestId: call.requestId,
      reason: call.reason,
      at,
      ...audit,
      detail: audit.detail ?? {},
    };
    if (idempotency === null) await insertAudit(session, entry);
    else await storeAnswer(session, owner, idempotency.key, { status: 200, response: answer }, entry);
    return answer;
  }
}

function unplannable(): DomainError {
  return new DomainError('invalid-request', 'This change cannot be bound to a plan.', {
    pointer: '/header/OpenVSYS-Plan',
    remedy: 'Leave the header out.',
  });
}
