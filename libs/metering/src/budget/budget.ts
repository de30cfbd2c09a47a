/**
 * What a month may cost, and which of the marks on the way were passed. Pure: the same figures always pass the same marks.
 *
 *   0 ──── mark (50 %) ──── mark (80 % of the forecast) ──── limit (100 %): stop what is new, or what runs
 */
import { DomainError } from '@openvsys/vsys';
import { Exact } from '../money.js';

/** `spent`: what the month costs so far · `forecast`: what it will cost when nothing changes. */
export const BUDGET_BASES = ['spent', 'forecast'] as const;
export type BudgetBasis = (typeof BUDGET_BASES)[number];

/** A mark: a share of the budget in percent, or an amount of its currency. Both are decimal texts. */
export interface BudgetThreshold {
  readonly basis: BudgetBasis;
  readonly unit: 'percent' | 'amount';
  readonly value: string;
}

/** What happens when all of it is spent: `stop-running` stops what is new, too. */
export const BUDGET_ACTIONS = ['alert', 'stop-new', 'stop-running'] as const;
export type BudgetAction = (typeof BUDGET_ACTIONS)[number];

export interface BudgetTerms {
  /** Decimal text, greater than 0. */
  readonly amount: string;
  readonly thresholds: readonly BudgetThreshold[];
  readonly atLimit: BudgetAction;
}

export interface BudgetFigures {
  readonly spent: string;
  readonly forecast: string;
}

export interface PassedThreshold extends BudgetThreshold {
  /** The same for the same mark of the same budget: an alert is given once for a month and key. */
  readonly key: string;
  /** Where the mark is, in the currency. */
  readonly at: string;
  /** What has passed it. */
  readonly reached: string;
}

const DECIMAL = /^\d{1,14}(?:\.\d{1,4})?$/;
const PERCENT_OF_ALL = 100;
/** Nobody spends ten times the budget without having been told before. */
const MOST_PERCENT = 1_000;

/** Throws `invalid-request` for what is no amount, no share, or a mark at nothing. */
export function requireTerms({ amount, thresholds }: BudgetTerms): void {
  requirePositive(amount, '/amount');
  thresholds.forEach(({ unit, value }, index) => {
    const pointer = `/thresholds/${index}/value`;
    requirePositive(value, pointer);
    if (unit === 'percent' && new Exact(value).gt(MOST_PERCENT))
      throw new DomainError('invalid-request', `A mark is at most at ${MOST_PERCENT} percent.`, { pointer });
  });
}

function requirePositive(text: string, pointer: string): void {
  if (DECIMAL.test(text) && new Exact(text).gt(0)) return;
  throw new DomainError('invalid-request', `“${text}” is no amount above zero.`, {
    pointer,
    remedy: 'Write a decimal with at most 4 digits behind the point, for example "250.00".',
  });
}

/** The marks that the figures have reached. */
export function passedThresholds(terms: BudgetTerms, figures: BudgetFigures): readonly PassedThreshold[] {
  return terms.thresholds
    .map((threshold) => ({
      ...threshold,
      key: keyOf(terms, threshold),
      at: positionOf(terms, threshold).toFixed(),
      reached: figures[threshold.basis],
    }))
    .filter(({ at, reached }) => new Exact(reached).gte(at));
}

/** All of the budget is spent. What is only forecast stops nobody. */
export const isUsedUp = ({ amount }: BudgetTerms, { spent }: BudgetFigures): boolean =>
  new Exact(spent).gte(amount);

function positionOf({ amount }: BudgetTerms, { unit, value }: BudgetThreshold) {
  return unit === 'amount' ? new Exact(value) : new Exact(amount).times(value).div(PERCENT_OF_ALL);
}

/** With the amount in it: after the budget was raised its marks are passed anew. */
const keyOf = ({ amount }: BudgetTerms, { basis, unit, value }: BudgetThreshold): string =>
  `${basis} ${new Exact(value).toFixed()} ${unit} of ${new Exact(amount).toFixed()}`;
