/** Appliances: listed, and shown one by one. Their configurations are in `efm-configuration`. */
import { Injectable } from '@nestjs/common';
import type { VServerRecord } from '@openvsys/persistence';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { findEfmType, FgcpSystems } from '../fgcp-systems.js';
import { FgcpWork } from '../fgcp-work.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { efmView } from '../words/efm-views.js';
import { serverStatus, type EfmType } from '../words/server-words.js';

const TYPES: readonly EfmType[] = ['FW', 'SLB'];

@Injectable()
export class EfmReads extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly work: FgcpWork,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListEFM: { permission: 'vsys:read', run: async (given) => this.list(given) },
    GetEFMStatus: { permission: 'vsys:read', run: async (given) => this.status(given) },
    GetEFMAttributes: { permission: 'vsys:read', run: async (given) => this.attributes(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    const type = given.request.oneOf('efmType', TYPES);
    const { id } = await this.systems.get(given);
    const owner = { contract: given.contract, labels: await this.systems.labels(given, id) };
    const all = (await this.systems.members(given, id)).flatMap((server: VServerRecord) => {
      const efm = findEfmType(server);
      return efm === type ? [{ ...server, efm }] : [];
    });
    return { efms: { efm: all.map((each) => efmView(each, owner)) } };
  }

  private async status(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    const efm = await this.systems.efm(given, vsys.id);
    return { efmStatus: serverStatus(efm, await this.work.ofEfm(given, vsys, efm)) };
  }

  private async attributes(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const owner = { contract: given.contract, labels: await this.systems.labels(given, id) };
    return { efm: efmView(await this.systems.efm(given, id), owner) };
  }
}
