/** A plan: what becomes of each part, the steps, the price, quotas and capacity before and after. */
import { countQuotaUse, listQuotas, type QuotaOwner, type Session } from '@openvsys/persistence';
import {
  describeDifference,
  preview,
  QUOTA_SCOPES,
  quotaDemandOf,
  reachedWorld,
  type QuotaDemand,
  type PartDifference,
  type PlanStep,
  type PreviewOptions,
  type QuotaScope,
  type Violation,
  type VsysSpec,
} from '@openvsys/vsys';
import type { CapacityAnswer } from '../placing/placing.js';
import { digestOf } from './plan-digest.js';
import { nothing, priceSpecs, type SpecPrice } from './running-price.js';

export interface PlanInput {
  readonly owner: QuotaOwner;
  readonly currency: string;
  readonly at: Date;
  /** Undefined for a new VSYS. */
  readonly previous: VsysSpec | undefined;
  readonly next: VsysSpec;
  readonly capacity: CapacityAnswer;
  /** Learnt; absent: the built-in figures. */
  readonly estimates?: PreviewOptions['estimates'];
  /** Allowed, but surely not meant; pointers into the descriptor. */
  readonly warnings: readonly Violation[];
}

export interface PlannedQuota {
  readonly scope: QuotaScope;
  readonly resource: string;
  readonly limit: number | null;
  readonly usedBefore: number;
  readonly usedAfter: number;
  readonly fits: boolean;
}

export interface Plan {
  readonly vsysId: string | null;
  readonly basedOnGeneration: number;
  readonly changes: readonly PartDifference[];
  readonly steps: readonly PlannedStep[];
  readonly estimateMs: number;
  readonly price: { readonly before: SpecPrice; readonly after: SpecPrice };
  readonly quotas: readonly PlannedQuota[];
  readonly capacity: CapacityAnswer;
  readonly warnings: readonly Violation[];
  /** Sent back as `OpenVSYS-Plan` to apply exactly this; see `plan-digest.ts`. */
  readonly digest: string;
}

export interface PlannedStep extends Pick<
  PlanStep,
  'id' | 'title' | 'dependsOn' | 'wave' | 'estimateMs' | 'startsAtMs'
> {
  readonly kind: string;
  readonly part: string;
}

export async function planOf(session: Session, input: PlanInput): Promise<Plan> {
  const { previous, next, currency, at } = input;
  const graph = preview(next, reachedWorld(previous), {
    ...(previous === undefined ? {} : { previous }),
    ...(input.estimates === undefined ? {} : { estimates: input.estimates }),
  });
  const specs = previous === undefined ? [next] : [next, previous];
  const [after = nothing(currency), before = nothing(currency)] = await priceSpecs(
    session,
    { currency, organizationId: input.owner.organizationId },
    at,
    specs,
  );
  const plan = {
    vsysId: previous === undefined ? null : next.vsysId,
    basedOnGeneration: previous?.generation ?? 0,
    changes: describeDifference(previous, next),
    steps: graph.steps.map(stepOf),
    estimateMs: graph.estimateMs,
    price: { before, after },
    quotas: await quotasOfLevels(session, input),
    capacity: input.capacity,
    warnings: input.warnings,
  };
  return { ...plan, digest: digestOf(plan, next) };
}

function stepOf({ id, action, title, dependsOn, wave, estimateMs, startsAtMs }: PlanStep): PlannedStep {
  return { id, kind: action.kind, part: action.part, title, dependsOn, wave, estimateMs, startsAtMs };
}

async function quotasOfLevels(session: Session, input: PlanInput): Promise<PlannedQuota[]> {
  const { previous, next } = input;
  const demand: Demand = {
    added: next.presence === 'present' ? quotaDemandOf(next) : undefined,
    held: previous === undefined ? undefined : quotaDemandOf(previous),
  };
  const quotas: PlannedQuota[] = [];
  // A new VSYS has no limits of its own yet.
  const scopes = QUOTA_SCOPES.filter((scope) => scope !== 'vsys' || previous !== undefined);
  for (const scope of scopes) quotas.push(...(await quotasOf(session, scope, input, demand)));
  return quotas;
}

interface Demand {
  readonly added: QuotaDemand | undefined;
  readonly held: QuotaDemand | undefined;
}

/** What the present spec holds is counted as used already, so only the difference is added. */
async function quotasOf(
  session: Session,
  scope: QuotaScope,
  { owner, next }: PlanInput,
  { added, held }: Demand,
): Promise<PlannedQuota[]> {
  const scopeId = { organization: owner.organizationId, vdc: owner.vdcId, vsys: next.vsysId }[scope];
  const limits = await listQuotas(session, scope, scopeId);
  const use = await countQuotaUse(
    session,
    scope,
    scopeId,
    limits.map(({ resource }) => resource),
  );
  const limitOf = new Map(limits.map(({ resource, limit }) => [resource, limit]));
  return use.map(({ resource, used, reserved }) => {
    const limit = limitOf.get(resource) ?? null;
    const usedBefore = used + reserved;
    const usedAfter = usedBefore + (added?.[resource] ?? 0) - (held?.[resource] ?? 0);
    return { scope, resource, limit, usedBefore, usedAfter, fits: limit === null || usedAfter <= limit };
  });
}
