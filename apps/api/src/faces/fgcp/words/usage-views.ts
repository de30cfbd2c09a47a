/** Usage of a month by system and product, in whole units. */
import type { UsageEntry } from '../../../use-cases/usage/read-usage.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { PRODUCT_WORDS, productName } from './product-views.js';

/** What belongs to no system, such as images, is booked on this one. */
export const storageSystem = (contract: string): string => contract.padEnd(32, '0');

export interface UsageOfSystem {
  readonly id: string;
  readonly products: readonly FgcpFields[];
}

const SECONDS_AN_HOUR = 3_600;
/** What leaves for the internet is counted in bytes, once. */
const BYTES_A_GB = 1_000_000_000;

export function usageViews(entries: readonly UsageEntry[], contract: string): readonly UsageOfSystem[] {
  const systems = [...Map.groupBy(entries, ({ vsysId }) => vsysId ?? storageSystem(contract))];
  return systems.map(([id, own]) => ({ id, products: productsOf(own) }));
}

function productsOf(entries: readonly UsageEntry[]): readonly FgcpFields[] {
  const products = [...Map.groupBy(entries, ({ dimension, product }) => productName(dimension, product))];
  return products.map(([name, own]) => ({
    productName: name,
    unitName: own[0] === undefined ? '' : PRODUCT_WORDS[own[0].dimension].unit,
    usedPoints: Math.ceil(own.reduce((sum, entry) => sum + unitsOf(entry), 0)),
  }));
}

const unitsOf = ({ dimension, quantitySeconds }: UsageEntry): number =>
  quantitySeconds / (dimension === 'network-out' ? BYTES_A_GB : SECONDS_AN_HOUR);
