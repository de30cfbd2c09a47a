/** Whether a growth fits its limits, and what a refusal says. Counting is done elsewhere, after the growth was written. */
import { DomainError } from '../errors.js';
import { amountOf, resourcesOf, type QuotaDemand } from './quota-demand.js';
import { RAISED_BY, type QuotaResource, type QuotaScope } from './quota-resources.js';

export interface FiniteLimit {
  readonly scope: QuotaScope;
  readonly scopeId: string;
  readonly resource: QuotaResource;
  readonly limit: number;
}

/** `used`: exists or is being removed · `reserved`: admitted and not there yet. The growth that is judged is among them. */
export interface CountedUse {
  readonly used: number;
  readonly reserved: number;
}

export interface ExceededQuota extends FiniteLimit {
  /** Without what was asked for. */
  readonly used: number;
  readonly reserved: number;
  readonly requested: number;
  readonly wouldBe: number;
  readonly raisedBy: 'provider' | 'organization';
}

/**
 * The limits that the growth breaks. Only what grows is judged: nobody over a lowered limit is kept from deleting,
 * stopping or shrinking.
 */
export function exceededQuotas(
  limits: readonly FiniteLimit[],
  growth: QuotaDemand,
  countOf: (scope: QuotaScope, resource: QuotaResource) => CountedUse,
): readonly ExceededQuota[] {
  const grown = resourcesOf(growth);
  return limits
    .filter(({ resource }) => grown.includes(resource))
    .map((limit) => judged(limit, amountOf(growth, limit.resource), countOf(limit.scope, limit.resource)))
    .filter(({ wouldBe, limit }) => wouldBe > limit);
}

function judged(limit: FiniteLimit, requested: number, { used, reserved }: CountedUse): ExceededQuota {
  const wouldBe = used + reserved;
  // Nothing of a growth is there yet, so it is taken off what is reserved first.
  const reservedBefore = Math.max(0, reserved - requested);
  const usedBefore = Math.max(0, wouldBe - requested - reservedBefore);
  const raisedBy = RAISED_BY[limit.scope];
  return { ...limit, used: usedBefore, reserved: reservedBefore, requested, wouldBe, raisedBy };
}

/** Throws `quota-exceeded` with every limit that would be broken, unless there is none. */
export function requireWithin(exceeded: readonly ExceededQuota[]): void {
  if (exceeded.length === 0) return;
  const onlyOperations = exceeded.every(({ resource }) => resource === 'operation');
  throw new DomainError('quota-exceeded', `A quota would be exceeded (${exceeded.map(textOf).join('; ')}).`, {
    // Operations end by themselves; everything else stays until somebody does something.
    retry: onlyOperations ? 'same' : 'after-change',
    remedy: onlyOperations ? 'Wait until an operation has ended.' : remedyOf(exceeded),
    details: { exceeded },
  });
}

function textOf({ scope, resource, limit, used, reserved, requested }: ExceededQuota): string {
  return `${resource} of the ${SCOPE_NAMES[scope]}: limit ${limit}, used ${used}, reserved ${reserved}, requested ${requested}`;
}

const SCOPE_NAMES: Readonly<Record<QuotaScope, string>> = {
  organization: 'organization',
  vdc: 'VDC',
  vsys: 'VSYS',
};

function remedyOf(exceeded: readonly ExceededQuota[]): string {
  const raisers = new Set(exceeded.map(({ raisedBy }) => raisedBy));
  const who = [
    ...(raisers.has('organization') ? ['an administrator of the organization raise its limits'] : []),
    ...(raisers.has('provider')
      ? ['the provider raise those of the organization (POST /v1/quota-requests)']
      : []),
  ];
  return `Ask for less, stop or delete what is not needed, or have ${who.join(' and ')}.`;
}
