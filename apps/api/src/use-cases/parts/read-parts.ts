/** Lists and shows parts of VSYS. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getEfmConfiguration,
  getEfmFigures,
  listEfms,
  listPublicIps,
  listVDisks,
  listVNets,
  listVServers,
  type EfmConfigurationRecord,
  type EfmFiguresRecord,
  type EfmRecord,
  type Page,
  type PageRequest,
  type PartFilter,
  type PublicIpRecord,
  type VDiskRecord,
  type VNetRecord,
  type VServerRecord,
} from '@openvsys/persistence';
import {
  DomainError,
  type PublicIpId,
  type VDiskId,
  type VNetId,
  type VServerId,
  type VsysId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';

const ONE: PageRequest = { limit: 1 };

@Injectable()
export class ReadParts {
  constructor(private readonly database: Database) {}

  async listVServers(call: Call, filter: PartFilter, page: PageRequest): Promise<Page<VServerRecord>> {
    return this.database.session(async (session) => listVServers(session, call.scope, filter, page));
  }

  async getVServer(call: Call, id: VServerId): Promise<VServerRecord> {
    return only('server', id, await this.listVServers(call, { id }, ONE));
  }

  async listVDisks(call: Call, filter: PartFilter, page: PageRequest): Promise<Page<VDiskRecord>> {
    return this.database.session(async (session) => listVDisks(session, call.scope, filter, page));
  }

  async getVDisk(call: Call, id: VDiskId): Promise<VDiskRecord> {
    return only('disk', id, await this.listVDisks(call, { id }, ONE));
  }

  async listVNets(call: Call, filter: PartFilter, page: PageRequest): Promise<Page<VNetRecord>> {
    return this.database.session(async (session) => listVNets(session, call.scope, filter, page));
  }

  async getVNet(call: Call, id: VNetId): Promise<VNetRecord> {
    return only('network', id, await this.listVNets(call, { id }, ONE));
  }

  async listPublicIps(call: Call, filter: PartFilter, page: PageRequest): Promise<Page<PublicIpRecord>> {
    return this.database.session(async (session) => listPublicIps(session, call.scope, filter, page));
  }

  async getPublicIp(call: Call, id: PublicIpId): Promise<PublicIpRecord> {
    return only('public address', id, await this.listPublicIps(call, { id }, ONE));
  }

  async listEfms(
    call: Call,
    vsysId: VsysId | undefined,
    page: PageRequest,
    filter: Pick<PartFilter, 'name' | 'state'> = {},
  ): Promise<Page<EfmRecord>> {
    return this.database.session(async (session) =>
      listEfms(session, call.scope, { ...filter, vsysId }, page),
    );
  }

  async getEfmFigures(call: Call, id: VServerId): Promise<EfmFiguresRecord> {
    return this.database.session(async (session) => getEfmFigures(session, call.scope, id));
  }

  async getEfmConfiguration(call: Call, id: VServerId): Promise<EfmConfigurationRecord> {
    return this.database.session(async (session) => getEfmConfiguration(session, call.scope, id));
  }
}

function only<Row>(what: string, id: string, page: Page<Row>): Row {
  const row = page.items[0];
  if (row !== undefined) return row;
  throw new DomainError('not-found', `No ${what} has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}
