/** Private images: made of the system disk of a stopped server, renamed, given up, taken in from another contract. */
import { Injectable } from '@nestjs/common';
import { vserverId } from '@openvsys/vsys';
import { childrenNamed, findChild, findText, type XmlElement } from '../../../http/xml/xml-element.js';
import { CaptureImage } from '../../../use-cases/images/capture-image.js';
import { ChangeImage } from '../../../use-cases/images/change-image.js';
import { PlaceImage } from '../../../use-cases/images/place-image.js';
import { ReadImages, type ShownImage } from '../../../use-cases/images/read-images.js';
import { ShareImage } from '../../../use-cases/images/share-image.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, idOf, isNotFound } from '../fgcp-systems.js';
import { FgcpError, illegalState, noResource, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { imageView, PROVIDER } from '../words/image-views.js';
import { partNameFor } from '../words/part-name.js';
import { serverStatus, STARTABLE } from '../words/server-words.js';

@Injectable()
export class Images extends FgcpNoun {
  constructor(
    private readonly read: ReadImages,
    private readonly capture: CaptureImage,
    private readonly change: ChangeImage,
    private readonly place: PlaceImage,
    private readonly share: ShareImage,
    private readonly parts: ReadParts,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListDiskImage: { permission: 'catalog:read', run: async (given) => this.list(given) },
    GetDiskImageAttributes: { permission: 'catalog:read', run: async (given) => this.attributes(given) },
    RegisterPrivateDiskImage: { permission: 'image:manage', run: async (given) => this.registered(given) },
    UpdateDiskImageAttribute: { permission: 'image:manage', run: async (given) => this.updated(given) },
    UnregisterDiskImage: { permission: 'image:manage', run: async (given) => this.unregistered(given) },
    CopyDiskImage: { permission: 'image:manage', run: async (given) => this.copied(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    if ((given.request.find('serverCategory') ?? 'GENERAL') !== 'GENERAL') throw wrongValue('serverCategory');
    const images = await this.offered(given);
    return { diskimages: { diskimage: images.map((image) => viewOf(image, given)) } };
  }

  private async attributes(given: FgcpCall): Promise<FgcpFields> {
    return { diskimage: viewOf(await this.named(given), given) };
  }

  private async registered(given: FgcpCall): Promise<FgcpFields> {
    const element = given.request.element('diskImageXMLFilePath');
    const id = idOf(findText(element, 'vserverId') ?? '', vserverId, 'vserverId');
    const server = await this.parts.getVServer(given.call, id).catch((error: unknown) => {
      throw isNotFound(error) ? noResource('SERVER', id) : error;
    });
    const status = serverStatus(server, false);
    if (!STARTABLE.includes(status)) throw illegalState(id, status);
    const title = nameIn(element, given.locale);
    const names = new Set((await this.everything(given)).map(({ name }) => name));
    await this.capture.capture(given.call, {
      name: partNameFor(title, names),
      title,
      server: id,
      snapshot: null,
    });
    return NOTHING;
  }

  private async updated(given: FgcpCall): Promise<FgcpFields> {
    const { request } = given;
    request.oneOf('updateLcId', ['en', 'ja']);
    const attribute = request.oneOf('attributeName', ['updateName', 'updateDescription']);
    const { reference } = await this.named(given);
    const title = request.get('attributeValue');
    if (attribute === 'updateDescription')
      throw new FgcpError('UNSUPPORT_ERROR', 'Images have a name and no description.');
    const nothing = { deprecated: undefined, deprecatedFrom: undefined, replacement: undefined };
    await this.change.change(given.call, reference, { ...nothing, title });
    return NOTHING;
  }

  private async unregistered(given: FgcpCall): Promise<FgcpFields> {
    const { reference, visibility, name } = await this.named(given);
    if (visibility === 'shared') await this.share.giveUp(given.call, name);
    else await this.place.remove(given.call, reference);
    return NOTHING;
  }

  /** The image is taken in under the name that its owner gave it. */
  private async copied(given: FgcpCall): Promise<FgcpFields> {
    given.request.get('diskImageId');
    const { name } = await this.share.accept(given.call, given.request.get('key'), undefined);
    return { diskimageId: name };
  }

  private async named(given: FgcpCall): Promise<ShownImage> {
    const id = given.request.get('diskImageId');
    const image = (await this.everything(given)).find(({ name }) => name === id);
    if (image === undefined) throw noResource('IMAGE', id);
    return image;
  }

  /** What servers can be made of now. */
  private async offered(given: FgcpCall): Promise<readonly ShownImage[]> {
    return (await this.everything(given)).filter(({ deprecated }) => !deprecated);
  }

  /** The newest version of each. */
  private async everything({ call }: FgcpCall): Promise<readonly ShownImage[]> {
    const all = await everyPage(async (page) => this.read.list(call, {}, page));
    const servers = all.filter(
      ({ kind, state }) => kind === 'server' && state !== 'removing' && state !== 'failed',
    );
    const byName = Map.groupBy(servers, ({ name }) => name);
    return [...byName.values()].flatMap((versions) =>
      versions.toSorted((a, b) => b.version - a.version).slice(0, 1),
    );
  }
}

const viewOf = (image: ShownImage, { contract }: FgcpCall): FgcpFields =>
  imageView(image, image.visibility === 'public' ? PROVIDER : contract);

/** In the language of the request, or the first that is there. Throws VALIDATION_ERROR. */
export function nameIn(element: XmlElement, locale: string): string {
  const locales = childrenNamed(findChild(element, 'locales') ?? element, 'locale');
  const chosen = locales.find((each) => findText(each, 'lcid') === locale) ?? locales[0];
  const name = chosen && findText(chosen, 'name');
  if (name === undefined || name.length > 85) throw wrongValue('name');
  return name;
}
