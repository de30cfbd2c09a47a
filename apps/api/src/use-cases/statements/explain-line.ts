/** Explains a line of a statement down to the intervals and what they came from. */
import { Injectable } from '@nestjs/common';
import type { Price } from '@openvsys/metering';
import {
  Database,
  explainIntervals,
  explainedAmount,
  explainResources,
  listPricesById,
  type ExplainedInterval,
  type ExplainedResource,
  type ExplainedUsage,
  type Page,
  type PageRequest,
} from '@openvsys/persistence';
import { DomainError, vsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';
import { getBillOwner } from './bill-owner.js';
import { sentenceOf } from './line-sentence.js';
import type { NumberedLine, StatementAddress } from './read-statements.js';
import { readStatement } from './statement-document.js';

export interface LineExplanation extends Page<ExplainedInterval> {
  readonly line: NumberedLine;
  /** How the amount comes about, in words. */
  readonly sentence: string;
  readonly price: Price | null;
  readonly resources: readonly ExplainedResource[];
  /** The sum over `resources`: the amount of a line of usage. Null for lines that are no usage. */
  readonly explained: string | null;
}

@Injectable()
export class ExplainLine {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  /** Throws `not-found` when the statement has no line at the position. */
  async execute(
    call: Call,
    { label, organization }: StatementAddress,
    position: number,
    page: PageRequest,
  ): Promise<LineExplanation> {
    const now = this.time.now();
    return this.database.session(async (session) => {
      const owner = await getBillOwner(session, call, organization);
      const { lines, period } = await readStatement(session, owner, label, now);
      const found = lines[position - 1];
      if (found === undefined) throw noSuchLine(label, position, lines.length);
      const line = { ...found, position };
      const [price = null] = await listPricesById(session, [line.priceId]);
      const told = { line, price, sentence: sentenceOf(line, price) };
      const usage = usageOf(line);
      if (usage === undefined)
        return { ...told, resources: [], explained: null, items: [], nextCursor: null };
      const resources = await explainResources(session, owner, period, usage, now);
      const intervals = await explainIntervals(session, owner.id, period, usage, page);
      return { ...told, resources, explained: explainedAmount(resources), ...intervals };
    });
  }
}

/** The usage behind a line; undefined for what is no usage of one VSYS or VDC. */
function usageOf({
  kind,
  vdcId,
  vsysId: vsys,
  dimension,
  product,
  priceId,
}: NumberedLine): ExplainedUsage | undefined {
  if (kind !== 'usage' && kind !== 'begun-days') return undefined;
  if (vsys === null || dimension === null || product === null) return undefined;
  return { vdcId, vsysId: vsys === '' ? vsys : vsysId(vsys), dimension, product, priceId };
}

function noSuchLine(label: string, position: number, count: number): DomainError {
  return new DomainError('not-found', `The statement of ${label} has no line ${position}.`, {
    remedy: count === 0 ? 'It has no lines.' : `It has lines 1 to ${count}.`,
  });
}
