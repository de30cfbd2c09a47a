/** Lists the audit and checks that nobody changed it afterwards. */
import { Injectable } from '@nestjs/common';
import {
  checkAuditChains,
  Database,
  listAudit,
  type AuditFilter,
  type AuditRecord,
  type CheckedChain,
  type Page,
  type PageRequest,
} from '@openvsys/persistence';
import { DomainError, organizationId } from '@openvsys/vsys';
import type { Call } from '../call.js';

@Injectable()
export class ReadAudit {
  constructor(private readonly database: Database) {}

  /** Throws `not-found` for a foreign organization, `forbidden` for callers that are bound to VDCs. */
  async list(call: Call, filter: AuditFilter, page: PageRequest): Promise<Page<AuditRecord>> {
    requireAll(call);
    if (filter.organizationId !== undefined) call.scope.within(organizationId(filter.organizationId));
    return this.database.session(async (session) => listAudit(session, call.scope, filter, page));
  }

  /** `anchor`: the hash of an entry that somebody kept, lower-case hex. Throws `forbidden` as above. */
  async check(call: Call, anchor: string | undefined): Promise<readonly CheckedChain[]> {
    requireAll(call);
    return this.database.transaction(async (session) => checkAuditChains(session, call.scope, anchor));
  }
}

/** Entries belong to no VDC, and a part of a chain proves nothing. */
function requireAll({ scope }: Call): void {
  if (scope.vdcIds === null) return;
  throw new DomainError('forbidden', 'The audit is about the whole organization, not about single VDCs.', {
    remedy: 'Use a token that is not bound to VDCs.',
    retry: 'after-change',
  });
}
