/** Where images are. */
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { isProvider, poolId, srUuid } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { PlaceImage } from '../../../use-cases/images/place-image.js';
import { ReadImages } from '../../../use-cases/images/read-images.js';
import { ImageOperationsView, ImagePlacesView, PrefetchImageRequest } from './image-work.views.js';

@ApiTags('Images')
@Controller('v1/images/:imageName')
export class ImagePlacesController {
  constructor(
    private readonly images: ReadImages,
    private readonly places: PlaceImage,
  ) {}

  @Get('places')
  @Allow('catalog:read')
  @Describe({
    summary: 'List the places of an image',
    description: 'Servers can be made of it in pools that have it; placement refuses the others and says so.',
    answers: [{ status: 200, description: 'Its places.', type: ImagePlacesView }],
    problems: ['not-found'],
  })
  async listImagePlaces(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
  ): Promise<ImagePlacesView> {
    const items = await this.images.places(call, name);
    if (isProvider(call.principal)) return { items };
    return { items: items.map((place) => ({ ...place, poolName: null, sr: null, srName: null })) };
  }

  @Post('prefetch')
  @Allow('image:manage')
  @Repeatable()
  @Describe({
    summary: 'Bring an image to a further pool or storage',
    description:
      'Servers are made at once where the image is on their storage. A pool that lacks it gets it from another one: when that has given it out, a second operation brings it in.',
    answers: [{ status: 202, description: 'What brings it.', type: ImageOperationsView }],
    problems: ['not-found', 'conflict', 'no-capacity'],
  })
  async prefetchImage(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
    @Body() body: PrefetchImageRequest,
  ): Promise<ImageOperationsView> {
    const wanted = {
      poolId: body.poolId === undefined ? undefined : poolId(body.poolId),
      sr: body.sr === undefined ? undefined : srUuid(body.sr),
    };
    return { items: await this.places.prefetch(call, name, wanted) };
  }

  @Delete('places/:poolId/:srUuid')
  @Allow('catalog:manage')
  @Repeatable()
  @Describe({
    summary: 'Remove an image from one storage',
    description: 'For the provider. The last place goes only with the image.',
    answers: [{ status: 202, description: 'What removes it.', type: ImageOperationsView }],
    problems: ['not-found', 'conflict'],
  })
  async evictImage(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
    @Param('poolId') pool: string,
    @Param('srUuid') sr: string,
  ): Promise<ImageOperationsView> {
    const place = [poolId(requireUuid('pool', pool)), srUuid(requireUuid('storage', sr))] as const;
    return { items: await this.places.evict(call, name, ...place) };
  }
}
