/** What callers take from answers. */
export interface Listed {
  readonly id: string;
  /** Of a snapshot. */
  readonly withMemory?: boolean;
}

export interface Accepted {
  readonly vsysId: string;
  readonly operation: { readonly id: string };
}

export function isListed(body: unknown): body is { readonly items: readonly Listed[] } {
  return typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items);
}

export function isAccepted(body: unknown): body is Accepted {
  return typeof body === 'object' && body !== null && 'vsysId' in body && 'operation' in body;
}

export function isSystem(body: unknown): body is { readonly generation: number } {
  return typeof body === 'object' && body !== null && 'generation' in body;
}

/** With a space before it; nothing when all is well. */
export function codeOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'code' in body ? ` ${String(body.code)}` : '';
}
