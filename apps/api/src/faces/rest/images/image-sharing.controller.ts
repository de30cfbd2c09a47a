/** Images of one organization for another one. */
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ShareImage } from '../../../use-cases/images/share-image.js';
import { AcceptImageRequest, ImageSharesView, NewShareKeyView, ShareKeyRequest } from './image-work.views.js';
import { ImageView } from './images.views.js';

const DEFAULT_DAYS = 7;

@ApiTags('Images')
@Controller('v1')
export class ImageSharingController {
  constructor(private readonly sharing: ShareImage) {}

  @Post('images/:imageName/share-keys')
  @Allow('image:manage')
  @Describe({
    summary: 'Make a key that shares an image',
    description: 'Whoever has the key can take all versions of the image into use. It is shown only here.',
    answers: [{ status: 201, description: 'The key.', type: NewShareKeyView }],
    problems: ['not-found', 'conflict'],
  })
  async createImageShareKey(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
    @Body() { days = DEFAULT_DAYS }: ShareKeyRequest,
  ): Promise<NewShareKeyView> {
    return this.sharing.createKey({ ...call, idempotency: null }, name, days);
  }

  @Get('images/:imageName/shares')
  @Allow('image:manage')
  @Describe({
    summary: 'List with whom an image is shared',
    description: 'Keys that can still be used, and organizations that use it.',
    answers: [{ status: 200, description: 'The shares.', type: ImageSharesView }],
    problems: ['not-found', 'conflict'],
  })
  async listImageShares(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
  ): Promise<ImageSharesView> {
    return this.sharing.list(call, name);
  }

  @Delete('images/:imageName/shares')
  @Allow('image:manage')
  @Repeatable()
  @Describe({
    summary: 'Share an image no longer',
    description:
      'Keys end, and other organizations can make no more servers of it. Servers that they have stay.',
    answers: [{ status: 204, description: 'It is shared no longer.' }],
    problems: ['not-found', 'conflict'],
  })
  async endImageShares(@FromCaller() call: Call, @Param('imageName') name: string): Promise<void> {
    await this.sharing.end(call, name);
  }

  @Post('shared-images')
  @Allow('image:manage')
  @Repeatable()
  @Describe({
    summary: 'Take an image of another organization into use',
    description: 'With a key of its owner, under a name of your own.',
    answers: [{ status: 201, description: 'The image.', type: ImageView }],
    problems: ['not-found', 'conflict'],
  })
  async acceptImage(@FromCaller() call: Call, @Body() { key, name }: AcceptImageRequest): Promise<ImageView> {
    return this.sharing.accept(call, key, name);
  }

  @Delete('shared-images/:imageName')
  @Allow('image:manage')
  @Repeatable()
  @Describe({
    summary: 'Give up an image of another organization',
    description: 'Servers that were made of it stay.',
    answers: [{ status: 204, description: 'It is not yours to use any more.' }],
    problems: ['not-found'],
  })
  async giveUpImage(@FromCaller() call: Call, @Param('imageName') name: string): Promise<void> {
    await this.sharing.giveUp(call, name);
  }
}
