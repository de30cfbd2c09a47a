/** Images: listed, renamed, given up, taken in from another contract. */
import { Injectable } from '@nestjs/common';
import { ImageCopyKeys } from '../../../use-cases/images/image-copy-keys.js';
import { ChangeImage } from '../../../use-cases/images/change-image.js';
import { PlaceImage } from '../../../use-cases/images/place-image.js';
import { ReadImages, type ShownImage } from '../../../use-cases/images/read-images.js';
import { ShareImage } from '../../../use-cases/images/share-image.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, isNotFound } from '../fgcp-systems.js';
import { FgcpError, noResource, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { contractsIn, keyInfo } from '../words/copy-keys.js';
import { imageView, PROVIDER } from '../words/image-views.js';
import { timeZoneIn } from './notices.js';

@Injectable()
export class Images extends FgcpNoun {
  constructor(
    private readonly read: ReadImages,
    private readonly change: ChangeImage,
    private readonly place: PlaceImage,
    private readonly share: ShareImage,
    private readonly keys: ImageCopyKeys,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListDiskImage: { permission: 'catalog:read', run: async (given) => this.list(given) },
    GetDiskImageAttributes: { permission: 'catalog:read', run: async (given) => this.attributes(given) },
    UpdateDiskImageAttribute: { permission: 'image:manage', run: async (given) => this.updated(given) },
    UnregisterDiskImage: { permission: 'image:manage', run: async (given) => this.unregistered(given) },
    SetDiskImageCopyKey: { permission: 'image:manage', run: async (given) => this.keySet(given) },
    GetDiskImageCopyKey: { permission: 'image:manage', run: async (given) => this.key(given) },
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

  private async keySet(given: FgcpCall): Promise<FgcpFields> {
    const { name } = await this.named(given);
    const contracts = contractsIn(given);
    if (contracts.length === 0) await this.keys.withdraw(given.call, name);
    else await this.keys.set(given.call, name, contracts);
    return NOTHING;
  }

  private async key(given: FgcpCall): Promise<FgcpFields> {
    const zone = timeZoneIn(given);
    const { name } = await this.named(given);
    return keyInfo(await this.keys.get(given.call, name), zone);
  }

  /** The image is taken in under the name that its owner gave it. */
  private async copied(given: FgcpCall): Promise<FgcpFields> {
    given.request.get('diskImageId');
    const { name } = await this.share
      .accept(given.call, given.request.get('key'), undefined)
      .catch((error: unknown) => {
        throw isNotFound(error) ? wrongValue('key') : error;
      });
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
    return (await this.everything(given)).filter(
      ({ deprecated, state }) => !deprecated && state === 'available',
    );
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
