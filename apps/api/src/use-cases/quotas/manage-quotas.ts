/** Shows and sets limits of organizations, VDCs and VSYS, and shows beforehand what setting them would do. */
import { Injectable } from '@nestjs/common';
import {
  countQuotaUse,
  Database,
  listQuotaHolders,
  listQuotas,
  listStorageUse,
  setQuotas,
  type QuotaHolder,
  type QuotaLimit,
  type QuotaUse,
  type Session,
} from '@openvsys/persistence';
import { STANDARD_DISK_CLASS, storageQuotaOf, type QuotaResource } from '@openvsys/vsys';
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
    const answer = await this.transactor.change(call, async (session) => {
      const organizationId = await ownerOf(session, call, target);
      requireMaySet(call, target);
      const before = await listQuotas(session, target.scope, target.id);
      const all = completed(limits, before);
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
      const named = limits.map(({ resource }) => resource);
      const states = await statesOf(session, target, named);
      const after = new Map(limits.map(({ resource, limit }) => [resource, limit]));
      const effects = states.map((state) => effectOf(state, after.get(state.resource) ?? null));
      return withHolders(session, target, effects);
    });
  }
}

/** What is limited `before` and not named is limited no more. */
const completed = (limits: readonly QuotaLimit[], before: readonly QuotaLimit[]): readonly QuotaLimit[] => {
  const resources = new Set([...before, ...limits].map(({ resource }) => resource));
  return [...resources].map(
    (resource) => limits.find((each) => each.resource === resource) ?? { resource, limit: null },
  );
};

/** Of disk classes those that are limited, `named`, or held beside the standard one. */
async function statesOf(
  session: Session,
  { scope, id }: QuotaTarget,
  named: readonly QuotaResource[] = [],
): Promise<readonly QuotaState[]> {
  const limits = await listQuotas(session, scope, id);
  const plain = await countQuotaUse(session, scope, id);
  const storage = await listStorageUse(session, scope, id);
  const useOf = new Map<QuotaResource, QuotaUse>([
    ...plain.map((use) => [use.resource, use] as const),
    ...storage,
  ]);
  const limitOf = new Map(limits.map(({ resource, limit }) => [resource, limit]));
  const dear = [...storage.keys()].filter((resource) => resource !== storageQuotaOf(STANDARD_DISK_CLASS));
  return [...new Set([...limitOf.keys(), ...named, ...dear])].map((resource) => {
    const { used, reserved } = useOf.get(resource) ?? { used: 0, reserved: 0 };
    return { resource, limit: limitOf.get(resource) ?? null, used: used + reserved, reserved };
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
