/** Shows and sets limits of organizations, VDCs and VSYS, and shows beforehand what setting them would do. */
import { Injectable } from '@nestjs/common';
import {
  countQuotaUse,
  Database,
  listQuotaHolders,
  listQuotas,
  setQuotas,
  type QuotaHolder,
  type QuotaLimit,
  type Session,
} from '@openvsys/persistence';
import { QUOTA_RESOURCES, type QuotaResource } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';
import { ownerOf, requireMaySet, type QuotaTarget } from './quota-target.js';

export interface QuotaState extends QuotaLimit {
  /** Reserved things among it. */
  readonly used: number;
  /** Admitted and not built or not started yet. */
  readonly reserved: number;
}

/** What another limit would mean. Nothing is ever taken away: who is over may only not grow. */
export interface QuotaEffect {
  readonly resource: QuotaResource;
  readonly limitBefore: number | null;
  readonly limitAfter: number | null;
  readonly used: number;
  /** More is used than the new limit. */
  readonly over: boolean;
  /** What can still be added; null: no limit. */
  readonly free: number | null;
  /** VDCs of the organization or systems of the VDC that hold it, the greatest first; only when it is over. */
  readonly holders: readonly QuotaHolder[];
}

@Injectable()
export class ManageQuotas {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
  ) {}

  /** Throws `not-found`. */
  async get(call: Call, target: QuotaTarget): Promise<readonly QuotaState[]> {
    return this.database.session(async (session) => {
      await ownerOf(session, call, target);
      return statesOf(session, target);
    });
  }

  /**
   * Replaces all limits; what is not named has none afterwards. Limits below what is used are allowed: they stop growth.
   * Throws `not-found`, and `forbidden` when an organization sets its own limits.
   */
  async set(call: Call, target: QuotaTarget, limits: readonly QuotaLimit[]): Promise<readonly QuotaState[]> {
    const all = completed(limits);
    const answer = await this.transactor.change(call, async (session) => {
      const organizationId = await ownerOf(session, call, target);
      requireMaySet(call, target);
      const before = await listQuotas(session, target.scope, target.id);
      await setQuotas(session, target.scope, target.id, all);
      const items = await statesOf(session, target);
      const detail = { scope: target.scope, limits: all, before };
      return { answer: { items }, audit: { organizationId, verb: 'quota.set', resource: target.id, detail } };
    });
    return answer.items;
  }

  /** What `set` would do; changes nothing. Throws what `set` throws. */
  async preview(
    call: Call,
    target: QuotaTarget,
    limits: readonly QuotaLimit[],
  ): Promise<readonly QuotaEffect[]> {
    return this.database.session(async (session) => {
      await ownerOf(session, call, target);
      requireMaySet(call, target);
      const after = new Map(completed(limits).map(({ resource, limit }) => [resource, limit]));
      const states = await statesOf(session, target);
      const effects = states.map((state) => effectOf(state, after.get(state.resource) ?? null));
      return withHolders(session, target, effects);
    });
  }
}

const completed = (limits: readonly QuotaLimit[]): readonly QuotaLimit[] =>
  QUOTA_RESOURCES.map(
    (resource) => limits.find((each) => each.resource === resource) ?? { resource, limit: null },
  );

export async function statesOf(session: Session, target: QuotaTarget): Promise<readonly QuotaState[]> {
  const limits = await listQuotas(session, target.scope, target.id);
  const uses = await countQuotaUse(session, target.scope, target.id);
  const useOf = new Map(uses.map((use) => [use.resource, use]));
  return limits.map((limit) => {
    const { used, reserved } = useOf.get(limit.resource) ?? { used: 0, reserved: 0 };
    return { ...limit, used: used + reserved, reserved };
  });
}

function effectOf({ resource, limit, used }: QuotaState, limitAfter: number | null): QuotaEffect {
  const over = limitAfter !== null && used > limitAfter;
  const free = limitAfter === null ? null : Math.max(0, limitAfter - used);
  return { resource, limitBefore: limit, limitAfter, used, over, free, holders: [] };
}

async function withHolders(
  session: Session,
  target: QuotaTarget,
  effects: readonly QuotaEffect[],
): Promise<readonly QuotaEffect[]> {
  const over = effects.filter((effect) => effect.over).map(({ resource }) => resource);
  if (over.length === 0) return effects;
  const holders = await listQuotaHolders(session, target.scope, target.id, over);
  return effects.map((effect) => ({ ...effect, holders: holders.get(effect.resource) ?? [] }));
}
