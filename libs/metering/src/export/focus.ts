/**
 * A statement in the columns of FOCUS (FinOps Open Cost and Usage Specification 1.1): a row a line, and one more row for
 * what rounding to the currency's digits adds, so that the billed costs of a statement add up to what is to be paid.
 *
 *   line          ChargeCategory   ChargeClass
 *   usage         Usage            –
 *   begun-days    Usage            –
 *   tier          Adjustment       –            changes the month's total, has no quantity
 *   correction    Adjustment       Correction   of a month that was closed before
 *   adjustment    Credit, when it is negative, else Adjustment; Correction when it names a closed month
 *
 * List and contracted price are the same unless the price is the organization's own: then the list price is the one that
 * was valid at the same time, or, when the list had none, the contracted one.
 */
import type { UsageDimension } from '@openvsys/vsys';
import { DIMENSIONS } from '../dimensions.js';
import { amountText, Exact } from '../money.js';
import type { Price } from '../price.js';
import { placeOf, type StatementLine } from '../statement/statement-line.js';
import { SERVICES } from './focus-services.js';

export const FOCUS_VERSION = '1.1';

/** In the order in which a file has them. */
export const FOCUS_COLUMNS = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'ListUnitPrice',
  'PricingCategory',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'ResourceId',
  'ResourceName',
  'ResourceType',
  'ServiceCategory',
  'ServiceName',
  'ServiceSubcategory',
  'SkuId',
  'SkuMeter',
  'SkuPriceId',
  'SubAccountId',
  'SubAccountName',
] as const;
export type FocusColumn = (typeof FOCUS_COLUMNS)[number];
/** Decimal numbers are texts; null: no value. */
export type FocusRow = Readonly<Record<FocusColumn, string | null>>;

/** What the rows of a statement have in common. */
export interface FocusBill {
  readonly accountId: string;
  readonly accountName: string;
  readonly currency: string;
  readonly start: Date;
  readonly end: Date;
  readonly subtotal: string;
  /** What is to be paid; null while the month is a draft: then nothing is rounded. */
  readonly total: string | null;
  readonly provider: string;
  /** Names of VDCs and VSYS by their ids. */
  readonly names: ReadonlyMap<string, string>;
  /** Every price that a line names. */
  readonly prices: ReadonlyMap<string, Price>;
  /** List prices of the products for which the organization has prices of its own. */
  readonly listPrices: readonly Price[];
}

export function* focusRows(bill: FocusBill, lines: Iterable<StatementLine>): Generator<FocusRow> {
  for (const line of lines) yield rowOf(bill, line);
  const rounding = bill.total === null ? new Exact(0) : new Exact(bill.total).minus(bill.subtotal);
  if (!rounding.isZero()) yield rowOf(bill, roundingLine(amountText(rounding)));
}

const roundingLine = (amount: string): StatementLine => ({
  kind: 'tier',
  vdcId: null,
  vsysId: null,
  dimension: null,
  product: null,
  priceId: null,
  units: null,
  unit: null,
  unitPrice: null,
  amount,
  description: 'Rounding of the total',
  refersTo: null,
});

function rowOf(bill: FocusBill, line: StatementLine): FocusRow {
  const period = { start: instant(bill.start), end: instant(bill.end) };
  return {
    BilledCost: line.amount,
    BillingAccountId: bill.accountId,
    BillingAccountName: bill.accountName,
    BillingCurrency: bill.currency,
    BillingPeriodEnd: period.end,
    BillingPeriodStart: period.start,
    ChargeCategory: categoryOf(line),
    ChargeClass: line.refersTo === null ? null : 'Correction',
    ChargeDescription: line.description,
    ChargeFrequency: isUsage(line) ? 'Usage-Based' : 'One-Time',
    ChargePeriodEnd: period.end,
    ChargePeriodStart: period.start,
    EffectiveCost: line.amount,
    InvoiceIssuerName: bill.provider,
    ProviderName: bill.provider,
    PublisherName: bill.provider,
    ...resourceColumns(bill, line),
    ...serviceColumns(line.dimension),
    ...priceColumns(bill, line),
  };
}

const isUsage = ({ kind }: StatementLine): boolean => kind === 'usage' || kind === 'begun-days';

function categoryOf(line: StatementLine): string {
  if (isUsage(line)) return 'Usage';
  return line.kind === 'adjustment' && line.amount.startsWith('-') ? 'Credit' : 'Adjustment';
}

function resourceColumns({ names }: FocusBill, line: StatementLine) {
  const { vdcId, vsysId } = placeOf(line);
  return {
    ResourceId: vsysId,
    ResourceName: vsysId === null ? null : (names.get(vsysId) ?? vsysId),
    ResourceType: vsysId === null ? null : 'VSYS',
    SubAccountId: vdcId,
    SubAccountName: vdcId === null ? null : (names.get(vdcId) ?? vdcId),
  };
}

function serviceColumns(dimension: UsageDimension | null) {
  const { category, subcategory, name } = dimension === null ? SERVICES.other : SERVICES[dimension];
  return { ServiceCategory: category, ServiceSubcategory: subcategory, ServiceName: name };
}

/** Quantities and unit prices: of usage only. */
function priceColumns(bill: FocusBill, line: StatementLine) {
  const { units, unit, unitPrice, amount } = line;
  const isPriced = isUsage(line) && unitPrice !== null;
  const listPrice = isPriced ? listPriceOf(bill, line, unitPrice) : null;
  return {
    ConsumedQuantity: isUsage(line) ? units : null,
    ConsumedUnit: isUsage(line) ? unit : null,
    ContractedCost: amount,
    ContractedUnitPrice: isPriced ? unitPrice : null,
    ListCost: listPrice === null || listPrice === unitPrice ? amount : costOf(units, listPrice),
    ListUnitPrice: listPrice,
    PricingCategory: isPriced ? 'Standard' : null,
    PricingQuantity: isPriced ? units : null,
    PricingUnit: isPriced ? unit : null,
    SkuId: line.product === null || line.dimension === null ? null : `${line.product}/${line.dimension}`,
    SkuMeter: line.dimension === null ? null : DIMENSIONS[line.dimension].title,
    SkuPriceId: line.priceId,
  };
}

const costOf = (units: string | null, price: string): string =>
  amountText(new Exact(units ?? 0).times(price));

function listPriceOf({ prices, listPrices }: FocusBill, line: StatementLine, contracted: string): string {
  const own = line.priceId === null ? undefined : prices.get(line.priceId);
  if (own === undefined || own.organizationId === null) return contracted;
  const list = listPrices.find(
    ({ product, dimension, validFrom, validTo }) =>
      product === own.product &&
      dimension === own.dimension &&
      (own.validTo === null || validFrom < own.validTo) &&
      (validTo === null || validTo > own.validFrom),
  );
  return list?.amount ?? contracted;
}

/** ISO 8601 in UTC without fractions, as the specification writes instants. */
const instant = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');
