/** Audit entries that use cases write. */
import type { OrganizationId } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface NewAuditEntry {
  readonly id: string;
  /** Null: concerns the provider alone. */
  readonly organizationId: OrganizationId | null;
  readonly actor: string;
  readonly verb: string;
  readonly resource: string;
  readonly requestId: string | null;
  readonly at: Date;
  readonly detail: object;
  /** In the words of who asked for it. */
  readonly reason?: string | null;
}

/** $1 to $9: `auditParameters`. */
export const INSERT_AUDIT = `
INSERT INTO audit (id, organization_id, actor, verb, resource, request_id, at, detail, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9)`;

export function auditParameters(entry: NewAuditEntry): readonly unknown[] {
  return [
    entry.id,
    entry.organizationId,
    entry.actor,
    entry.verb,
    entry.resource,
    entry.requestId,
    entry.at,
    JSON.stringify(entry.detail),
    entry.reason ?? null,
  ];
}

export async function insertAudit(session: Session, entry: NewAuditEntry): Promise<void> {
  await session.change(INSERT_AUDIT, auditParameters(entry));
}
