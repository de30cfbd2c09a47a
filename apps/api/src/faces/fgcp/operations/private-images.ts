/** Images made of the system disk of a stopped server. */
import { Injectable } from '@nestjs/common';
import { vserverId } from '@openvsys/vsys';
import { findText } from '../../../http/xml/xml-element.js';
import { CaptureImage } from '../../../use-cases/images/capture-image.js';
import { ReadImages } from '../../../use-cases/images/read-images.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, idOf, isNotFound } from '../fgcp-systems.js';
import { illegalState, noResource } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { nameIn } from '../words/locale-names.js';
import { partNameFor } from '../words/part-name.js';
import { serverStatus, STARTABLE } from '../words/server-words.js';

@Injectable()
export class PrivateImages extends FgcpNoun {
  constructor(
    private readonly read: ReadImages,
    private readonly capture: CaptureImage,
    private readonly parts: ReadParts,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    RegisterPrivateDiskImage: { permission: 'image:manage', run: async (given) => this.registered(given) },
  };

  private async registered(given: FgcpCall): Promise<FgcpFields> {
    const element = given.request.element('diskImageXMLFilePath');
    const id = idOf(findText(element, 'vserverId') ?? '', vserverId, 'vserverId');
    const server = await this.parts.getVServer(given.call, id).catch((error: unknown) => {
      throw isNotFound(error) ? noResource('SERVER', id) : error;
    });
    const status = serverStatus(server, 'none');
    if (!STARTABLE.includes(status)) throw illegalState(id, status);
    const title = nameIn(element, given.locale);
    const names = new Set(
      (await everyPage(async (page) => this.read.list(given.call, {}, page))).map(({ name }) => name),
    );
    await this.capture.capture(given.call, {
      name: partNameFor(title, names),
      title,
      server: id,
      snapshot: null,
    });
    return NOTHING;
  }
}
