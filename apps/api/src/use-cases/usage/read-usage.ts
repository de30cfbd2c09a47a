/** Usage and what it costs: line by line, or added up by hour or by resource. */
import { Injectable } from '@nestjs/common';
import { sumAmounts } from '@openvsys/metering';
import {
  Database,
  getVdc,
  getVsys,
  listUsage,
  totalUsage,
  type Page,
  type PageRequest,
  type Session,
  type UsageFilter,
  type UsageLine,
  type UsageTotal,
} from '@openvsys/persistence';
import { DomainError, organizationId, vdcId, vsysId, type Scope, type UsageDimension } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';

export type UsageGrouping = 'line' | 'hour' | 'resource';

export interface UsageQuestion {
  readonly vsys: string | undefined;
  readonly vdc: string | undefined;
  readonly organization: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly groupBy: UsageGrouping;
}

export interface UsageEntry {
  readonly hour: Date | null;
  readonly vsysId: string | null;
  readonly resource: string | null;
  readonly dimension: UsageDimension;
  readonly product: string;
  readonly quantity: number | null;
  readonly seconds: number;
  readonly quantitySeconds: number;
  readonly unitPrice: string | null;
  readonly currency: string;
  readonly amount: string | null;
  readonly closed: boolean;
}

export interface UsageAnswer extends Page<UsageEntry> {
  readonly totals: readonly UsageTotal[];
  readonly from: Date;
  readonly to: Date;
}

const DAY_MS = 86_400_000;
/** A month of 100 servers; more is asked for in smaller periods or line by line. */
const MAX_GROUPED_LINES = 250_000;
const GROUPED_PAGE = 5_000;

@Injectable()
export class ReadUsage {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  /** Throws `not-found` for foreign ids, `too-large` when too many lines would have to be added up. */
  async execute(call: Call, question: UsageQuestion, page: PageRequest): Promise<UsageAnswer> {
    const now = this.time.now();
    const to = question.to ?? now;
    const from = question.from ?? new Date(to.getTime() - DAY_MS);
    if (from >= to) {
      throw new DomainError('invalid-request', 'The period ends before it begins.', {
        pointer: '/query/from',
      });
    }
    return this.database.session(async (session) => {
      const { scope, filter } = await limited(session, call, question, { from, to });
      const totals = await totalUsage(session, scope, filter, now);
      const lines =
        question.groupBy === 'line'
          ? await listUsage(session, scope, filter, page, now)
          : {
              items: grouped(await allLines(session, scope, filter, now), question.groupBy),
              nextCursor: null,
            };
      return { ...lines, totals, from, to };
    });
  }
}

async function limited(
  session: Session,
  call: Call,
  question: UsageQuestion,
  period: { readonly from: Date; readonly to: Date },
): Promise<{ scope: Scope; filter: UsageFilter }> {
  const scope =
    question.organization === undefined
      ? call.scope
      : call.scope.within(organizationId(question.organization));
  const vsys = question.vsys === undefined ? undefined : vsysId(question.vsys);
  const vdc = question.vdc === undefined ? undefined : vdcId(question.vdc);
  if (vsys !== undefined) await getVsys(session, scope, vsys);
  if (vdc !== undefined) await getVdc(session, scope, vdc);
  return { scope, filter: { vsysId: vsys, vdcId: vdc, ...period } };
}

async function allLines(
  session: Session,
  scope: Scope,
  filter: UsageFilter,
  now: Date,
): Promise<readonly UsageLine[]> {
  const lines: UsageLine[] = [];
  let cursor: string | undefined;
  do {
    const page = await listUsage(session, scope, filter, { limit: GROUPED_PAGE, cursor }, now);
    lines.push(...page.items);
    cursor = page.nextCursor ?? undefined;
    if (lines.length > MAX_GROUPED_LINES) {
      throw new DomainError('too-large', 'The period has too many lines to be added up at once.', {
        remedy: 'Ask for a shorter period, for one VSYS, or without groupBy.',
      });
    }
  } while (cursor !== undefined);
  return lines;
}

function grouped(lines: readonly UsageLine[], by: 'hour' | 'resource'): UsageEntry[] {
  const groups = Map.groupBy(lines, (line) => {
    const group = by === 'hour' ? line.hour.toISOString() : line.resource;
    return JSON.stringify([group, line.dimension, line.product, line.currency]);
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [added(first, group, by)];
  });
}

function added(first: UsageLine, group: readonly UsageLine[], by: 'hour' | 'resource'): UsageEntry {
  const prices = new Set(group.map(({ unitPrice }) => unitPrice));
  const total = (value: (line: UsageLine) => number): number =>
    group.reduce((sum, line) => sum + value(line), 0);
  return {
    hour: by === 'hour' ? first.hour : null,
    vsysId: by === 'hour' ? null : first.vsysId,
    resource: by === 'hour' ? null : first.resource,
    dimension: first.dimension,
    product: first.product,
    quantity: null,
    seconds: total(({ seconds }) => seconds),
    quantitySeconds: total(({ quantitySeconds }) => quantitySeconds),
    unitPrice: prices.size === 1 ? first.unitPrice : null,
    currency: first.currency,
    amount: sumAmounts(group.map(({ amount }) => amount)),
    closed: group.every(({ closed }) => closed),
  };
}
