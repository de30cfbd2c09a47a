/** Events that use cases and periodic jobs write; those of engines come with their turns. */
import type { OrganizationId, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { RETURNING_NEWS } from './event-feed.js';

export interface NewEvent {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly vsysId: VsysId | null;
  /** Id of what it is about. */
  readonly resource: string;
  /** e.g. `budget.threshold` */
  readonly type: string;
  /** Never secrets. */
  readonly data: object;
  readonly at: Date;
}

export async function insertEvent(session: Session, event: NewEvent): Promise<void> {
  await session.change(
    `INSERT INTO event (id, organization_id, vsys_id, resource, type, data, at)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7) ${RETURNING_NEWS}`,
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
