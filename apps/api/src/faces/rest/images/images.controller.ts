/** Images: look, announce, upload, take from a server, deprecate, remove. */
import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { DomainError, snapshotId, vserverId } from '@openvsys/vsys';
import type { Request } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { CaptureImage } from '../../../use-cases/images/capture-image.js';
import { ChangeImage } from '../../../use-cases/images/change-image.js';
import { ImportImage } from '../../../use-cases/images/import-image.js';
import { PlaceImage } from '../../../use-cases/images/place-image.js';
import { ReadImages } from '../../../use-cases/images/read-images.js';
import { CapturedImageView, ImageOperationsView } from './image-work.views.js';
import {
  CaptureImageRequest,
  ChangeImageRequest,
  ImagePage,
  ImageView,
  ImportImageRequest,
  ListImagesQuery,
  UploadQuery,
} from './images.views.js';

@ApiTags('Images')
@Controller('v1/images')
export class ImagesController {
  constructor(
    private readonly images: ReadImages,
    private readonly imports: ImportImage,
    private readonly captures: CaptureImage,
    private readonly changes: ChangeImage,
    private readonly places: PlaceImage,
  ) {}

  @Get()
  @Allow('catalog:read')
  @Describe({
    summary: 'List images',
    description:
      'Those of the provider, your own in every state, and those that other organizations share with you.',
    answers: [{ status: 200, description: 'A page of images.', type: ImagePage }],
  })
  async listImages(@FromCaller() call: Call, @Query() query: ListImagesQuery): Promise<ImagePage> {
    const { name, visibility, state } = query;
    return this.images.list(call, { name, visibility, state }, pageRequestOf(query));
  }

  @Get(':imageName')
  @Allow('catalog:read')
  @Describe({
    summary: 'Get an image',
    description: 'A name alone means the newest version that is offered.',
    answers: [{ status: 200, description: 'The image.', type: ImageView }],
    problems: ['not-found'],
  })
  async getImage(@FromCaller() call: Call, @Param('imageName') name: string): Promise<ImageView> {
    return this.images.get(call, name);
  }

  @Post('imports')
  @Allow('image:manage')
  @Repeatable()
  @Describe({
    summary: 'Announce an image that you will upload, or have it fetched',
    description:
      'Reserves the room for it. Afterwards send its bytes to `/content`, unless an address is given from which it is fetched. A tenant’s image is seen by its organization only, the provider’s by everybody.',
    answers: [{ status: 201, description: 'The image, awaiting its upload.', type: ImageView }],
    problems: ['conflict', 'quota-exceeded', 'no-capacity', 'target-unreachable'],
  })
  async importImage(@FromCaller() call: Call, @Body() body: ImportImageRequest): Promise<ImageView> {
    const { name, title, os, minMemoryMiB, format, bytes, sha256, url = null } = body;
    return this.imports.announce(call, {
      name,
      title,
      os,
      minMemoryMiB,
      format,
      bytes,
      url,
      sha256: sha256?.toLowerCase() ?? null,
    });
  }

  @Put(':imageName/content')
  @Allow('image:manage')
  @ApiConsumes('application/octet-stream')
  @ApiBody({ description: 'Bytes of the file.', schema: { type: 'string', format: 'binary' } })
  @Describe({
    summary: 'Upload a piece of an image',
    description:
      'Pieces of any size, one after the other; a piece counts when it has arrived as a whole. After a failure go on at `upload.received` of the image. The last piece begins the import: follow its operations. A request that takes more than five minutes is cut off, so send large files in several pieces.',
    answers: [{ status: 200, description: 'The image.', type: ImageView }],
    problems: ['not-found', 'conflict', 'too-large', 'no-capacity'],
  })
  async uploadImage(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
    @Query() { offset }: UploadQuery,
    @Req() request: Request,
  ): Promise<ImageView> {
    if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/octet-stream')
      throw new DomainError('invalid-request', 'The content type has to be application/octet-stream.', {
        pointer: '/header/Content-Type',
      });
    return this.imports.upload(call, name, offset, request as AsyncIterable<Buffer>);
  }

  @Post('captures')
  @Allow('image:manage')
  @Repeatable()
  @Describe({
    summary: 'Make an image of a server',
    description:
      'Of the system disk of a stopped server, or of a snapshot while it runs. Nothing else of the server gets into the image; what lies on the disk does, so remove secrets and host keys first.',
    answers: [{ status: 202, description: 'The image and what makes it.', type: CapturedImageView }],
    problems: ['not-found', 'conflict', 'quota-exceeded'],
  })
  async captureImage(
    @FromCaller() call: Call,
    @Body() { name, title, serverId, snapshotId: snapshot }: CaptureImageRequest,
  ): Promise<CapturedImageView> {
    return this.captures.capture(call, {
      name,
      title,
      server: vserverId(serverId),
      snapshot: snapshot === undefined ? null : snapshotId(snapshot),
    });
  }

  @Patch(':imageName')
  @Allow('image:manage')
  @Repeatable()
  @Describe({
    summary: 'Deprecate an image, offer it again, change its title or licence',
    description:
      'At once or from a date on, with an image to take instead. Existing servers keep a deprecated image; new ones cannot take it.',
    answers: [{ status: 200, description: 'The image.', type: ImageView }],
    problems: ['not-found', 'conflict'],
  })
  async changeImage(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
    @Body() { deprecated, title, deprecatedFrom, replacement, licence }: ChangeImageRequest,
  ): Promise<ImageView> {
    // Offering it again is meant in full.
    const date = deprecated === false ? null : undefined;
    return this.changes.change(call, name, {
      deprecated,
      title,
      deprecatedFrom: deprecatedFrom === undefined ? date : new Date(deprecatedFrom),
      replacement,
      licence,
    });
  }

  @Delete(':imageName')
  @Allow('image:manage')
  @Repeatable()
  @Describe({
    summary: 'Remove an image',
    description:
      'From every pool. Refused while there are servers that were made of it. Its version is never given again.',
    answers: [
      {
        status: 202,
        description: 'What removes it; nothing when it is gone already.',
        type: ImageOperationsView,
      },
    ],
    problems: ['not-found', 'conflict'],
  })
  async removeImage(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
  ): Promise<ImageOperationsView> {
    return { items: await this.places.remove(call, name) };
  }
}
