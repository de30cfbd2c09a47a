/** What the provider offers: server types and images. Their prices are elsewhere. */
import { Body, Controller, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageCatalog } from '../../../use-cases/catalog/manage-catalog.js';
import {
  ChangeServerTypeRequest,
  CreateImageRequest,
  CreateServerTypeRequest,
  OfferedImageView,
  ServerTypeView,
} from './catalog.views.js';

@ApiTags('Catalog')
@Controller('v1')
export class CatalogManagementController {
  constructor(private readonly catalog: ManageCatalog) {}

  @Post('server-types')
  @Allow('catalog:manage')
  @Repeatable()
  @Describe({
    summary: 'Offer a server type',
    description:
      'For the provider. Its sizes never change afterwards. Publish a price for it before tenants use it.',
    answers: [{ status: 201, description: 'The server type.', type: ServerTypeView }],
    problems: ['conflict'],
  })
  async createServerType(
    @FromCaller() call: Call,
    @Body() { name, vcpus, memoryMiB, kind = 'server' }: CreateServerTypeRequest,
  ): Promise<ServerTypeView> {
    return this.catalog.createServerType(call, { name, vcpus, memoryMiB, kind });
  }

  @Patch('server-types/:serverTypeName')
  @Allow('catalog:manage')
  @Repeatable()
  @Describe({
    summary: 'Deprecate a server type, or offer it again',
    description: 'For the provider. Existing systems keep a deprecated type; new servers cannot take it.',
    answers: [{ status: 200, description: 'The server type.', type: ServerTypeView }],
    problems: ['not-found', 'conflict'],
  })
  async changeServerType(
    @FromCaller() call: Call,
    @Param('serverTypeName') name: string,
    @Body() { deprecated }: ChangeServerTypeRequest,
  ): Promise<ServerTypeView> {
    return this.catalog.changeServerType(call, name, { deprecated });
  }

  @Post('images')
  @Allow('catalog:manage')
  @Repeatable()
  @Describe({
    summary: 'Offer an image',
    description:
      'For the provider. Servers can be made from it on pools that have a template of the same name; on the others placement refuses it.',
    answers: [{ status: 201, description: 'The image.', type: OfferedImageView }],
    problems: ['conflict'],
  })
  async createImage(@FromCaller() call: Call, @Body() body: CreateImageRequest): Promise<OfferedImageView> {
    const { name, title, os, systemDiskGiB, minMemoryMiB, kind = 'server' } = body;
    return this.catalog.createImage(call, { name, title, os, systemDiskGiB, minMemoryMiB, kind });
  }
}
