import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { Describe } from '../../../http/describe.decorator.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import { ReadCatalog } from '../../../use-cases/catalog/read-catalog.js';
import { PricePage, ServerTypePage, ZonePage } from './catalog.views.js';

@ApiTags('Catalog')
@Controller('v1')
export class CatalogController {
  constructor(private readonly catalog: ReadCatalog) {}

  @Get('server-types')
  @Allow('catalog:read')
  @Describe({
    summary: 'List server types',
    description: 'Sizes of servers and of EFM appliances that can be ordered.',
    answers: [{ status: 200, description: 'A page of server types.', type: ServerTypePage }],
  })
  async listServerTypes(@Query() query: PageQuery): Promise<ServerTypePage> {
    return this.catalog.listServerTypes(pageRequestOf(query));
  }

  @Get('prices')
  @Allow('catalog:read')
  @Describe({
    summary: 'List prices',
    description: 'Prices for one unit and one hour, with the time they are valid.',
    answers: [{ status: 200, description: 'A page of prices.', type: PricePage }],
  })
  async listPrices(@Query() query: PageQuery): Promise<PricePage> {
    return this.catalog.listPrices(pageRequestOf(query));
  }

  @Get('zones')
  @Allow('catalog:read')
  @Describe({
    summary: 'List zones',
    description: 'Places where a VDC can be.',
    answers: [{ status: 200, description: 'A page of zones.', type: ZonePage }],
  })
  async listZones(@Query() query: PageQuery): Promise<ZonePage> {
    return this.catalog.listZones(pageRequestOf(query));
  }
}
