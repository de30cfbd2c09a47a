/** Wishes for other limits: made by whom a limit stops, decided by who may set it. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  decideQuotaRequest,
  getQuotaRequest,
  insertEvent,
  insertQuotaRequest,
  listQuotaRequests,
  listQuotas,
  lockQuotaRequest,
  setQuotas,
  type Page,
  type PageRequest,
  type QuotaLimit,
  type QuotaRequestRecord,
  type QuotaRequestState,
  type Session,
} from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor, type Change } from '../transactor.js';
import { ownerOf, requireMaySet, type QuotaTarget } from './quota-target.js';

export interface QuotaWish {
  readonly target: QuotaTarget;
  readonly limits: readonly QuotaLimit[];
  readonly reason: string;
}

export interface Decision {
  readonly id: string;
  readonly reason: string;
}

@Injectable()
export class ManageQuotaRequests {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  async list(
    call: Call,
    state: QuotaRequestState | undefined,
    page: PageRequest,
  ): Promise<Page<QuotaRequestRecord>> {
    return this.database.session(async (session) => listQuotaRequests(session, call.scope, state, page));
  }

  /** Throws `not-found`. */
  async get(call: Call, id: string): Promise<QuotaRequestRecord> {
    return this.database.session(async (session) => getQuotaRequest(session, call.scope, id));
  }

  /** Throws `not-found` for what the caller cannot see. */
  async create(call: Call, { target, limits, reason }: QuotaWish): Promise<QuotaRequestRecord> {
    return this.transactor.change(call, async (session, at) => {
      const request: QuotaRequestRecord = {
        id: this.ids.uuid(),
        organizationId: await ownerOf(session, call, target),
        scope: target.scope,
        scopeId: target.id,
        limits,
        reason,
        state: 'open',
        requestedBy: call.principal.actor,
        requestedAt: at,
        decidedBy: null,
        decidedAt: null,
        decision: null,
        replaced: null,
      };
      await insertQuotaRequest(session, request);
      return this.told(session, request, at);
    });
  }

  /**
   * Sets the limits, those that are wished for or `granted` instead; limits that neither names stay. Throws `not-found`,
   * `forbidden` for who may not set them, and `conflict` when it was decided before.
   */
  async approve(
    call: Call,
    { id, reason }: Decision,
    granted: readonly QuotaLimit[] | undefined,
  ): Promise<QuotaRequestRecord> {
    return this.decide(call, id, async (session, request) => {
      requireMaySet(call, { scope: request.scope, id: request.scopeId });
      const limits = granted ?? request.limits;
      const named = new Set(limits.map(({ resource }) => resource));
      const before = await listQuotas(session, request.scope, request.scopeId);
      await setQuotas(session, request.scope, request.scopeId, limits);
      const replaced = before.filter(({ resource }) => named.has(resource));
      return { state: 'approved', limits, replaced, decision: reason };
    });
  }

  /** Throws `not-found`, `forbidden` and `conflict` as `approve` does. */
  async deny(call: Call, { id, reason }: Decision): Promise<QuotaRequestRecord> {
    return this.decide(call, id, async (_session, request) => {
      requireMaySet(call, { scope: request.scope, id: request.scopeId });
      return Promise.resolve({
        state: 'denied',
        limits: request.limits,
        replaced: null,
        decision: reason,
      });
    });
  }

  /** Throws `not-found` and `conflict`. */
  async withdraw(call: Call, { id, reason }: Decision): Promise<QuotaRequestRecord> {
    return this.decide(call, id, async (_session, { limits }) =>
      Promise.resolve({ state: 'withdrawn', limits, replaced: null, decision: reason }),
    );
  }

  private async decide(
    call: Call,
    id: string,
    judge: (
      session: Session,
      request: QuotaRequestRecord,
    ) => Promise<Pick<QuotaRequestRecord, 'state' | 'limits' | 'replaced' | 'decision'>>,
  ): Promise<QuotaRequestRecord> {
    return this.transactor.change(call, async (session, at) => {
      const request = await lockQuotaRequest(session, call.scope, id);
      if (request.state !== 'open') throw decidedBefore(request);
      const judgement = await judge(session, request);
      const decision = { ...judgement, decidedBy: call.principal.actor, decidedAt: at };
      await decideQuotaRequest(session, id, decision);
      return this.told(session, { ...request, ...decision }, at);
    });
  }

  /** An event for who waits, an entry in the audit. */
  private async told(
    session: Session,
    request: QuotaRequestRecord,
    at: Date,
  ): Promise<Change<QuotaRequestRecord>> {
    const { id, organizationId, scope, scopeId, limits, state, reason, decision } = request;
    const data = { scope, scopeId, limits, reason, decision };
    const verb = `quota-request.${state}`;
    await insertEvent(session, {
      id: this.ids.uuid(),
      organizationId,
      vsysId: null,
      resource: id,
      type: verb,
      data,
      at,
    });
    return { answer: request, audit: { organizationId, verb, resource: id, detail: data } };
  }
}

function decidedBefore({ state, decidedBy }: QuotaRequestRecord): DomainError {
  return new DomainError('conflict', `The request is ${state} already.`, {
    retry: 'never',
    remedy: 'Make a new request.',
    details: { state, decidedBy },
  });
}
