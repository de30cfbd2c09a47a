/** How the amount of a line comes about, in one sentence. */
import { DIMENSIONS, type Price, type StatementLine } from '@openvsys/metering';

export function sentenceOf(line: StatementLine, price: Price | null): string {
  const { kind, units, unit, unitPrice, amount, refersTo } = line;
  if (kind === 'adjustment') return `Decided by the provider: ${line.description}`;
  if (kind === 'correction') {
    return `The month ${refersTo ?? ''} was closed before all of its usage was known; this is the difference.`;
  }
  if (kind === 'tier') return tierSentence(price);
  const product = `${units ?? ''} ${unit ?? ''} × ${unitPrice ?? '0'} = ${amount}`;
  if (kind === 'begun-days') return `${product}: what is missing of the days that were begun.`;
  return `${product}: ${measureOf(line)}${minimumOf(price)}`;
}

function measureOf({ dimension }: StatementLine): string {
  if (dimension === null) return 'usage';
  const { kind, title } = DIMENSIONS[dimension];
  return kind === 'held'
    ? `${title}, held second by second and rated hour by hour`
    : `${title}, counted hour by hour`;
}

const MINIMUMS = {
  second: '.',
  hour: '; each clock hour that was begun is paid in full.',
  day: '; each day that was begun is paid in full by a line of its own.',
} as const;

const minimumOf = (price: Price | null): string => MINIMUMS[price?.minimum ?? 'second'];

function tierSentence(price: Price | null): string {
  const steps = (price?.tiers ?? []).map(({ from, amount }) => `${amount} from ${from} units on`);
  return `Hours are rated at ${price?.amount ?? '0'}; over the whole month a unit costs ${steps.join(', ')}. This is the difference.`;
}
