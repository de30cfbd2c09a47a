/** Disks: listed, and shown one by one. The system disk of a server has the server's id. */
import { Injectable } from '@nestjs/common';
import { vdiskStatus } from '../words/vsys-words.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { FgcpSystems } from '../fgcp-systems.js';
import { FgcpWork } from '../fgcp-work.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { diskView, systemDiskView } from '../words/part-views.js';
import { serverStatus } from '../words/server-words.js';

@Injectable()
export class VDiskReads extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly work: FgcpWork,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListVDisk: { permission: 'vsys:read', run: async (given) => this.list(given) },
    GetVDiskAttributes: { permission: 'vsys:read', run: async (given) => this.attributes(given) },
    GetVDiskStatus: { permission: 'vsys:read', run: async (given) => this.status(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const owner = { contract: given.contract, labels: await this.systems.labels(given, id) };
    const disks = await this.systems.disks(given, id);
    const servers = await this.systems.servers(given, id);
    return {
      vdisks: {
        vdisk: [
          ...disks.map((disk) => diskView(disk, owner)),
          ...servers.map((server) => systemDiskView(server, owner)),
        ],
      },
    };
  }

  private async attributes(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const owner = { contract: given.contract, labels: await this.systems.labels(given, id) };
    if (isSystemDisk(given))
      return { vdisk: systemDiskView(await this.systems.server(given, id, 'vdiskId'), owner) };
    return { vdisk: diskView(await this.systems.disk(given, id), owner) };
  }

  private async status(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    const { id } = vsys;
    if (isSystemDisk(given)) {
      const server = await this.systems.server(given, id, 'vdiskId');
      return { vdiskStatus: serverStatus(server, await this.work.ofServer(given, vsys, server)) };
    }
    const { id: disk, state, vserverId } = await this.systems.disk(given, id);
    return { vdiskStatus: vdiskStatus(state, vserverId, await this.work.ofDisk(given, vsys, disk)) };
  }
}

/** The id of a server in place of one of a disk. */
export const isSystemDisk = ({ request }: FgcpCall, parameter = 'vdiskId'): boolean =>
  /-S-\d{4}$/.test(request.get(parameter));
