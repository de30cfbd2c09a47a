/** Creates, lists and shows organizations. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getOrganization,
  insertOrganization,
  listOrganizations,
  type OrganizationRecord,
  type Page,
  type PageRequest,
} from '@openvsys/persistence';
import { contractId, organizationId, type OrganizationId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';
import { requireTimeZone } from './time-zone.js';

export interface CreateOrganizationCommand {
  readonly contract: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
}

@Injectable()
export class ManageOrganizations {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  async list(call: Call, page: PageRequest): Promise<Page<OrganizationRecord>> {
    return this.database.session(async (session) => listOrganizations(session, call.scope, page));
  }

  /** Throws `not-found`. */
  async get(call: Call, id: OrganizationId): Promise<OrganizationRecord> {
    return this.database.session(async (session) => getOrganization(session, call.scope, id));
  }

  /** Throws `conflict` when the contract is taken. */
  async create(call: Call, command: CreateOrganizationCommand): Promise<OrganizationRecord> {
    requireTimeZone(command.timeZone);
    return this.transactor.change(call, async (session, at) => {
      const organization: OrganizationRecord = {
        ...command,
        id: organizationId(this.ids.uuid()),
        contract: contractId(command.contract),
        state: 'active',
        createdAt: at,
      };
      await insertOrganization(session, organization);
      const audit = {
        organizationId: organization.id,
        verb: 'organization.create',
        resource: organization.id,
      };
      return { answer: organization, audit: { ...audit, detail: { contract: command.contract } } };
    });
  }
}
