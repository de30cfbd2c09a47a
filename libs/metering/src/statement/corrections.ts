/**
 * What came to light after a month was closed: its lines never change, the difference is a visible line of the next
 * statement that names the month. Done twice it gives nothing the second time, because corrections count as billed.
 */
import { amountText, Exact } from '../money.js';
import type { StatementLine } from './statement-line.js';

/** `billed`: the lines of the closed month and all corrections of it so far. `now`: its lines as they would be today. */
export function correctionsOf(
  label: string,
  billed: readonly StatementLine[],
  now: readonly StatementLine[],
): readonly StatementLine[] {
  const before = totals(billed);
  const after = totals(now);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const model = after.get(key)?.model ?? before.get(key)?.model;
    const difference = (after.get(key)?.amount ?? new Exact(0)).minus(before.get(key)?.amount ?? 0);
    if (model === undefined || difference.isZero()) return [];
    return [
      {
        ...model,
        kind: 'correction' as const,
        units: null,
        unitPrice: null,
        amount: amountText(difference),
        description: `Correction of ${label}: ${model.product ?? ''}`,
        refersTo: label,
      },
    ];
  });
}

/** Adjustments are no usage: they are never corrected. Corrections of other months neither. */
function totals(lines: readonly StatementLine[]) {
  const counted = lines.filter(({ kind }) => kind !== 'adjustment');
  const groups = Map.groupBy(counted, ({ vdcId, vsysId, dimension, product, priceId }) =>
    JSON.stringify([vdcId, vsysId, dimension, product, priceId]),
  );
  return new Map(
    [...groups].map(([key, own]) => [
      key,
      { model: own[0], amount: own.reduce((sum, { amount }) => sum.plus(amount), new Exact(0)) },
    ]),
  );
}
