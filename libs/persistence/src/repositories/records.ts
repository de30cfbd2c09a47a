/** Events and audit entries that use cases write. */
import type { OrganizationId, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface NewEvent {
  /** UUIDv7; also the id of the server-sent event. */
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly vsysId: VsysId | null;
  readonly resource: string;
  readonly type: string;
  readonly data: object;
  readonly at: Date;
}

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
}

export async function insertEvent(session: Session, event: NewEvent): Promise<void> {
  await session.change(
    `INSERT INTO event (id, organization_id, vsys_id, resource, type, data, at)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)`,
    [
      event.id,
      event.organizationId,
      event.vsysId,
      event.resource,
      event.type,
      JSON.stringify(event.data),
      event.at,
    ],
  );
}

export async function insertAudit(session: Session, entry: NewAuditEntry): Promise<void> {
  await session.change(
    `INSERT INTO audit (id, organization_id, actor, verb, resource, request_id, at, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)`,
    [
      entry.id,
      entry.organizationId,
      entry.actor,
      entry.verb,
      entry.resource,
      entry.requestId,
      entry.at,
      JSON.stringify(entry.detail),
    ],
  );
}
