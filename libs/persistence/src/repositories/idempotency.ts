/** One effect for each Idempotency-Key: the key's row is written in the same transaction as the effect. */
import { DomainError, type OrganizationId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { auditParameters, INSERT_AUDIT, type NewAuditEntry } from './records.js';

export interface StoredAnswer {
  readonly status: number;
  readonly response: object;
}

/** The provider's callers have no organization. */
const PROVIDER = '00000000-0000-0000-0000-000000000000';

/**
 * Claims the key. Undefined: it is new and this transaction does the work and stores the answer. Otherwise the answer
 * that was given before. Waits for a transaction that is just working on the same key. Throws `idempotency-reused` when
 * the key came with another request.
 */
export async function claimIdempotencyKey(
  session: Session,
  organization: OrganizationId | null,
  key: string,
  requestHash: string,
  at: Date,
): Promise<StoredAnswer | undefined> {
  const owner = organization ?? PROVIDER;
  const claimed = await session.change(
    `INSERT INTO idempotency_key (organization_id, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [owner, key, requestHash, at],
  );
  if (claimed === 1) return undefined;
  const row = await session.first<StoredAnswer & { requestHash: string }>(
    `SELECT request_hash AS "requestHash", status, response FROM idempotency_key
     WHERE organization_id = $1 AND key = $2`,
    [owner, key],
  );
  if (row === undefined)
    throw new DomainError('unavailable', 'The request with this key has just been undone; repeat it.');
  if (row.requestHash !== requestHash) {
    throw new DomainError('idempotency-reused', 'This Idempotency-Key was used for another request.', {
      remedy: 'Take a new key for a new request.',
    });
  }
  return { status: row.status, response: row.response };
}

const STORE_ANSWER = `
WITH audited AS (${INSERT_AUDIT})
UPDATE idempotency_key SET status = $12, response = $13::jsonb WHERE organization_id = $10 AND key = $11`;

/** Keeps the answer for repeats, and the audit entry of what was done; in the transaction that claimed the key. */
export async function storeAnswer(
  session: Session,
  organization: OrganizationId | null,
  key: string,
  answer: StoredAnswer,
  audit: NewAuditEntry,
): Promise<void> {
  await session.change(STORE_ANSWER, [
    ...auditParameters(audit),
    organization ?? PROVIDER,
    key,
    answer.status,
    JSON.stringify(answer.response),
  ]);
}

/** Forgets keys that are older; returns how many. */
export async function purgeIdempotencyKeys(session: Session, olderThan: Date): Promise<number> {
  return session.change('DELETE FROM idempotency_key WHERE created_at < $1', [olderThan]);
}
