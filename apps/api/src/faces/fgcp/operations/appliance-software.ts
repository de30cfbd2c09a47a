/** What an appliance is made of: how old it is, whether there is a newer image, and making it anew from that. */
import { Injectable } from '@nestjs/common';
import type { ImageRecord } from '@openvsys/persistence';
import { vserverId } from '@openvsys/vsys';
import { ReadCatalog } from '../../../use-cases/catalog/read-catalog.js';
import { UpdateEfm } from '../../../use-cases/efms/update-efm.js';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import type { ApplianceSeat } from '../fgcp-appliances.js';
import type { FgcpCall } from '../fgcp-operation.js';
import { everyPage } from '../fgcp-systems.js';
import type { FgcpFields } from '../protocol/write-answer.js';

@Injectable()
export class ApplianceSoftware {
  constructor(
    private readonly parts: ReadParts,
    private readonly catalog: ReadCatalog,
    private readonly updates: UpdateEfm,
    private readonly edits: EditParts,
  ) {}

  /** `firmUpdateExist`: a newer image of appliances is registered than the one that this appliance was made of. */
  async view({ call }: FgcpCall, { server, vsys }: ApplianceSeat): Promise<FgcpFields> {
    const { items } = await this.parts.listEfms(call, vsys.id, { limit: 1_000 });
    const version = items.find(({ id }) => id === server.id)?.agent?.agentVersion ?? server.image;
    const newest = await this.newestImage();
    const isOld = newest !== undefined && newest !== server.image;
    return {
      backout: false,
      category: server.efm,
      comment: '',
      configUpdateExist: false,
      currentVersion: version,
      firmUpdateExist: isOld,
      latestVersion: isOld ? newest : version,
    };
  }

  /** It does not serve meanwhile, unless it is one of a pair: who asks for it here knows that. */
  async update({ call }: FgcpCall, { server }: ApplianceSeat): Promise<void> {
    const edit = await this.updates.edit(call, vserverId(server.id), { acceptInterruption: true });
    await this.edits.execute(call, edit);
  }

  private async newestImage(): Promise<string | undefined> {
    const images = await everyPage<ImageRecord>(async (page) => this.catalog.listImages(page));
    return images.find(({ kind, deprecated }) => kind === 'efm' && !deprecated)?.name;
  }
}
