// Purpose: what goes into a call and what comes out, before any encoding.
import type { XenType } from '../datamodel/type-expression.js';
import type { XenValue } from '../datamodel/xen-value.js';

export interface CallRequest {
  method: string;
  params: readonly unknown[];
  /** Aborted when the client goes away; only blocking event calls care. */
  signal?: AbortSignal;
}

export interface TypedResult {
  type: XenType;
  value: XenValue;
  /** Set by a fault: the answer ends in the middle, or drips over so many real ms. */
  delivery?: { cut: true } | { overMs: number };
}
