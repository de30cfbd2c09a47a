/**
 * One authenticated request as use cases see it: who, within which scope, under which request id, and, for changes,
 * the caller's idempotency key. The same whichever face the request came through.
 */
import type { Principal, Scope } from '@openvsys/vsys';

export interface Call {
  readonly principal: Principal;
  readonly scope: Scope;
  readonly requestId: string;
  readonly idempotency: Idempotency | null;
  /** Why, in the caller's words; kept in the audit. */
  readonly reason: string | null;
  /** Digest of the plan that the change must be; absent: whatever it is now. Changes that have no plan refuse it. */
  readonly plan?: string;
}

export interface Idempotency {
  readonly key: string;
  /** SHA-256 (hex) of what was asked: the same key with another hash is refused. */
  readonly requestHash: string;
}
