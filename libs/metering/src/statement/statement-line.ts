/** One line of a bill. */
import type { UsageDimension } from '@openvsys/vsys';
import type { Decimal } from 'decimal.js';
import { DIMENSIONS } from '../dimensions.js';

export const LINE_KINDS = ['usage', 'begun-days', 'tier', 'correction', 'adjustment'] as const;
export type LineKind = (typeof LINE_KINDS)[number];

export interface StatementLine {
  readonly kind: LineKind;
  readonly vdcId: string | null;
  readonly vsysId: string | null;
  readonly dimension: UsageDimension | null;
  readonly product: string | null;
  readonly priceId: string | null;
  /** Decimal text, in `unit`; null where an amount has no quantity. */
  readonly units: string | null;
  readonly unit: string | null;
  readonly unitPrice: string | null;
  /** Decimal text with 10 decimals; negative: a credit. */
  readonly amount: string;
  readonly description: string;
  /** The month that is corrected. */
  readonly refersTo: string | null;
}

/** Price units of quantity × seconds (or of what was counted). */
export const unitsOf = (dimension: UsageDimension, billed: Decimal): Decimal =>
  billed.div(DIMENSIONS[dimension].unitSize);

/** Under which usage of a whole organization is kept, e.g. of its images. */
const NO_VDC = '00000000-0000-0000-0000-000000000000';

/** Where the usage was; null for what belongs to no VDC (images) or to no system (images, addresses of a VDC). */
export const placeOf = ({ vdcId, vsysId }: StatementLine): Pick<StatementLine, 'vdcId' | 'vsysId'> => ({
  vdcId: vdcId === NO_VDC ? null : vdcId,
  vsysId: vsysId === '' ? null : vsysId,
});
