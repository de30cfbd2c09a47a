/**
 * Takes ended connections out of the firewalls that still know them. Packets pass no more as soon as one of the two does not know the
 * other; this is tidying up, so an end that cannot be changed now (its system is being deleted, say) is left to its next change.
 */
import { Injectable } from '@nestjs/common';
import { Database, listLeftEnds, type ConnectionEnd } from '@openvsys/persistence';
import { DomainError, Scope, type OperationId, type Principal, type VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { EditParts } from '../parts/edit-parts.js';
import { detachedConnection } from './attach-connection.js';

export interface Dropped {
  readonly vsysId: VsysId;
  readonly operationId: OperationId;
}

@Injectable()
export class DropConnections {
  constructor(
    private readonly database: Database,
    private readonly parts: EditParts,
  ) {}

  /** The changes that began; those of foreign systems are not told. */
  async drop(call: Call, id: string): Promise<readonly Dropped[]> {
    const left = await this.database.session(async (session) => listLeftEnds(session, id));
    const dropped: Dropped[] = [];
    for (const end of left) {
      const isOwn = call.scope.coversVdc(end.organizationId, end.vdcId);
      const caller = { ...call, idempotency: null, ...(isOwn ? {} : inNameOf(id, end)) };
      const operationId = await this.detach(caller, id, end);
      if (isOwn && operationId !== undefined) dropped.push({ vsysId: end.vsysId, operationId });
    }
    return dropped;
  }

  private async detach(call: Call, id: string, end: ConnectionEnd): Promise<OperationId | undefined> {
    try {
      const { operation } = await this.parts.execute(call, detachedConnection(id, end, 'kept'));
      return operation.id;
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }
}

/** The other owner agreed to a connection, not to more: in its name only the end of it is carried out. */
function inNameOf(id: string, { organizationId }: ConnectionEnd): Pick<Call, 'principal' | 'scope'> {
  const principal: Principal = {
    actor: `connection:${id}`,
    organizationId,
    roles: ['designer'],
    vdcIds: null,
  };
  return { principal, scope: Scope.of(principal) };
}
