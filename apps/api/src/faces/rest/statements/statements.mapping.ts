/** Statements in the words of the API. */
import { placeOf } from '@openvsys/metering';
import type { NumberedLine } from '../../../use-cases/statements/read-statements.js';
import type { StatementDocument } from '../../../use-cases/statements/statement-document.js';
import type { StatementDetailView, StatementLineView } from './statements.views.js';

export function detailView(document: StatementDocument): StatementDetailView {
  const { state, owner, period, currency, lines, subtotal, total, record, checks } = document;
  return {
    state,
    organizationId: owner.id,
    period: period.label,
    periodStart: period.start,
    periodEnd: period.end,
    timeZone: period.timeZone,
    currency,
    subtotal,
    total,
    lineCount: lines.length,
    checks,
    hash: record?.hash ?? null,
    closedAt: record?.closedAt ?? null,
    closedBy: record?.closedBy ?? null,
  };
}

export function lineView(line: NumberedLine): StatementLineView {
  const { position, kind, dimension, product, priceId } = line;
  const { units, unit, unitPrice, amount, description, refersTo } = line;
  const sold = { ...placeOf(line), dimension, product, priceId };
  return { position, kind, ...sold, units, unit, unitPrice, amount, description, refersTo };
}
