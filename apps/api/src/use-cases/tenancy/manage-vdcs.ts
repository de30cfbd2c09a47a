/** Creates, lists, shows, renames and removes VDCs. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  deleteVdc,
  getOrganization,
  getVdc,
  insertVdc,
  listVdcs,
  listZones,
  renameVdc,
  type Session,
  type VdcRecord,
} from '@openvsys/persistence';
import { DomainError, organizationId, vdcId, type OrganizationId, type VdcId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

export interface CreateVdcCommand {
  readonly name: string;
  readonly zoneId: string | undefined;
  readonly organizationId: string | undefined;
}

@Injectable()
export class ManageVdcs {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  async list(call: Call): Promise<readonly VdcRecord[]> {
    return this.database.session(async (session) => listVdcs(session, call.scope));
  }

  /** Throws `not-found`. */
  async get(call: Call, id: VdcId): Promise<VdcRecord> {
    return this.database.session(async (session) => getVdc(session, call.scope, id));
  }

  /** Throws `conflict` when the organization has a VDC of this name. */
  async create(call: Call, command: CreateVdcCommand): Promise<VdcRecord> {
    return this.transactor.change(call, async (session, at) => {
      const organization = await getOrganization(session, call.scope, ownerOf(call, command.organizationId));
      const vdc: VdcRecord = {
        id: vdcId(this.ids.uuid()),
        organizationId: organization.id,
        zoneId: command.zoneId ?? (await onlyZone(session)),
        name: command.name,
        createdAt: at,
      };
      await insertVdc(session, vdc);
      return { answer: vdc, audit: auditOf(vdc, 'vdc.create') };
    });
  }

  /** Throws `not-found`, and `conflict` when the organization has a VDC of this name. */
  async rename(call: Call, id: VdcId, name: string): Promise<VdcRecord> {
    return this.transactor.change(call, async (session) => {
      const vdc = await getVdc(session, call.scope, id);
      await renameVdc(session, id, name);
      return { answer: { ...vdc, name }, audit: auditOf(vdc, 'vdc.rename') };
    });
  }

  /** Throws `not-found`, and `conflict` as long as systems are or were in it. */
  async remove(call: Call, id: VdcId): Promise<void> {
    await this.transactor.change(call, async (session) => {
      const vdc = await getVdc(session, call.scope, id);
      if (!(await deleteVdc(session, id))) throw notEmpty(vdc);
      return { answer: {}, audit: auditOf(vdc, 'vdc.delete') };
    });
  }
}

/** Callers of an organization act for it; the provider has to say for whom. */
export function ownerOf(call: Call, given: string | undefined): OrganizationId {
  const own = call.principal.organizationId;
  if (given !== undefined) return organizationId(given);
  if (own !== null) return own;
  throw new DomainError('invalid-request', 'A caller of the provider has to name the organization.', {
    pointer: '/organizationId',
    remedy: 'Send organizationId.',
  });
}

async function onlyZone(session: Session): Promise<string> {
  const { items } = await listZones(session, { limit: 2 });
  const [zone, ...others] = items;
  if (zone !== undefined && others.length === 0) return zone.id;
  throw new DomainError('invalid-request', 'There are several zones, or none, so one has to be chosen.', {
    pointer: '/zoneId',
    remedy: 'List the zones and send zoneId.',
  });
}

function auditOf({ id, organizationId: organization, name }: VdcRecord, verb: string) {
  return { organizationId: organization, verb, resource: id, detail: { name } };
}

function notEmpty({ name }: VdcRecord): DomainError {
  return new DomainError('conflict', `The VDC “${name}” has or had systems, so it stays for their history.`, {
    remedy: 'Delete its systems and leave it empty, or rename it.',
  });
}
