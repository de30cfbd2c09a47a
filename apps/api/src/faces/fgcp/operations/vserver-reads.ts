/** Servers: listed, and shown one by one. */
import { Injectable } from '@nestjs/common';
import type { ImageRecord, VServerRecord } from '@openvsys/persistence';
import { ReadCatalog } from '../../../use-cases/catalog/read-catalog.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, FgcpSystems } from '../fgcp-systems.js';
import { FgcpWork } from '../fgcp-work.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { nicViews, serverView, serverViews } from '../words/part-views.js';
import { imageSummary } from '../words/image-views.js';
import { serverStatus } from '../words/server-words.js';

@Injectable()
export class VServerReads extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly catalog: ReadCatalog,
    private readonly work: FgcpWork,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListVServer: { permission: 'vsys:read', run: async (given) => this.list(given) },
    GetVServerStatus: { permission: 'vsys:read', run: async (given) => this.status(given) },
    GetVServerAttributes: { permission: 'vsys:read', run: async (given) => this.attributes(given) },
    GetVServerConfiguration: { permission: 'vsys:read', run: async (given) => this.configuration(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const owner = { contract: given.contract, labels: await this.systems.labels(given, id) };
    const disks = await this.systems.disks(given, id);
    return { vservers: { vserver: serverViews(await this.systems.servers(given, id), disks, owner) } };
  }

  private async status(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    const server = await this.systems.server(given, vsys.id);
    return { vserverStatus: serverStatus(server, await this.work.ofServer(given, vsys, server)) };
  }

  private async attributes(given: FgcpCall): Promise<FgcpFields> {
    return { vserver: (await this.view(given)).fields };
  }

  private async configuration(given: FgcpCall): Promise<FgcpFields> {
    const { fields, server } = await this.view(given);
    const images = await everyPage(async (page) => this.catalog.listImages(page));
    const image = images.find(({ name }) => name === server.image) ?? unlisted(server);
    return { vserver: { ...fields, image: imageSummary(image), vnics: { vnic: nicViews(server) } } };
  }

  private async view(given: FgcpCall): Promise<{ fields: FgcpFields; server: VServerRecord }> {
    const { id } = await this.systems.get(given);
    const server = await this.systems.server(given, id);
    const owner = { contract: given.contract, labels: await this.systems.labels(given, id) };
    const disks = (await this.systems.disks(given, id)).filter(({ vserverId }) => vserverId === server.id);
    return { fields: serverView(server, disks, owner), server };
  }
}

/** An image that is not sold any more. */
const unlisted = ({ image, systemDiskGiB }: VServerRecord): ImageRecord => ({
  name: image,
  title: image,
  os: 'linux',
  systemDiskGiB,
  minMemoryMiB: 0,
  kind: 'server',
  deprecated: true,
});
