/** The column rules of FOCUS 1.1 as far as they apply to our rows; for tests. Written from the rules, not from the exporter. */
import { Exact } from '../src/money.js';
import type { FocusColumn, FocusRow } from '../src/export/focus.js';

const NEVER_NULL: readonly FocusColumn[] = [
  'BilledCost',
  'BillingAccountId',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
  'ServiceName',
];
const NUMBERS: readonly FocusColumn[] = [
  'BilledCost',
  'ConsumedQuantity',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'ListCost',
  'ListUnitPrice',
  'PricingQuantity',
];
const INSTANTS: readonly FocusColumn[] = [
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargePeriodEnd',
  'ChargePeriodStart',
];
const ALLOWED: Partial<Record<FocusColumn, readonly string[]>> = {
  ChargeCategory: ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'],
  ChargeClass: ['Correction'],
  ChargeFrequency: ['One-Time', 'Recurring', 'Usage-Based'],
  PricingCategory: ['Standard', 'Dynamic', 'Committed', 'Other'],
  ServiceCategory: [
    'AI and Machine Learning',
    'Analytics',
    'Business Applications',
    'Compute',
    'Databases',
    'Developer Tools',
    'Multicloud',
    'Identity',
    'Integration',
    'Internet of Things',
    'Management and Governance',
    'Media',
    'Migration',
    'Mobile',
    'Networking',
    'Security',
    'Storage',
    'Web',
    'Other',
  ],
};
/** Two columns of which one has a value exactly when the other has one. */
const PAIRS: readonly (readonly [FocusColumn, FocusColumn])[] = [
  ['ConsumedQuantity', 'ConsumedUnit'],
  ['PricingQuantity', 'PricingUnit'],
  ['SubAccountId', 'SubAccountName'],
  ['ResourceId', 'ResourceType'],
];

/** Empty when the row keeps all rules. */
export function brokenFocusRules(row: FocusRow): readonly string[] {
  return [
    ...NEVER_NULL.filter((column) => row[column] === null).map((column) => `${column} is null`),
    ...NUMBERS.filter((column) => !/^-?\d+(\.\d+)?$/.test(row[column] ?? '0')).map(
      (column) => `${column} is no number`,
    ),
    ...INSTANTS.filter((column) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(row[column] ?? '')).map(
      (column) => `${column} is no UTC instant`,
    ),
    ...Object.entries(ALLOWED).flatMap(([column, values]) => {
      const value = row[column as FocusColumn];
      return value === null || values.includes(value) ? [] : [`${column} is not allowed`];
    }),
    ...PAIRS.filter(([a, b]) => (row[a] === null) !== (row[b] === null)).map(([a, b]) => `${a} without ${b}`),
    ...(/^[A-Z]{3}$/.test(row.BillingCurrency ?? '') ? [] : ['BillingCurrency is no ISO 4217 code']),
    ...periodRules(row),
    ...amountRules(row),
  ];
}

function periodRules(row: FocusRow): readonly string[] {
  const at = (column: FocusColumn): number => Date.parse(row[column] ?? '');
  const broken: string[] = [];
  if (!(at('BillingPeriodStart') < at('BillingPeriodEnd'))) broken.push('the billing period is empty');
  if (!(at('ChargePeriodStart') < at('ChargePeriodEnd'))) broken.push('the charge period is empty');
  if (at('ChargePeriodEnd') > at('BillingPeriodEnd')) broken.push('the charge ends after the billing period');
  return broken;
}

function amountRules(row: FocusRow): readonly string[] {
  const broken: string[] = [];
  const isCorrection = row.ChargeClass === 'Correction';
  const isUsage = row.ChargeCategory === 'Usage';
  if (isUsage && !isCorrection && row.ConsumedQuantity === null) broken.push('usage without a quantity');
  if (isUsage && !isCorrection && row.PricingQuantity === null)
    broken.push('usage without a priced quantity');
  if (!isUsage && row.ConsumedQuantity !== null) broken.push('a quantity without usage');
  if (row.ChargeCategory === 'Credit' && !(row.BilledCost ?? '').startsWith('-'))
    broken.push('a credit that is charged');
  for (const [price, cost] of [
    ['ContractedUnitPrice', 'ContractedCost'],
    ['ListUnitPrice', 'ListCost'],
  ] as const) {
    const unit = row[price];
    if (unit === null) continue;
    const product = new Exact(unit).times(row.PricingQuantity ?? 'NaN');
    // A line is a sum of hours that were rounded at 10 decimals each: it may differ from the product in the last digits.
    if (
      !product
        .minus(row[cost] ?? 'NaN')
        .abs()
        .lt('0.000001')
    )
      broken.push(`${cost} is not ${price} × quantity`);
  }
  return broken;
}
