import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageDescriptors } from '../../../use-cases/descriptors/manage-descriptors.js';
import { PriceDescriptors } from '../../../use-cases/descriptors/price-descriptors.js';
import { AcceptsDescriptor, descriptorText } from './descriptor-body.js';
import {
  DescriptorPage,
  DescriptorVersionDetailView,
  DescriptorVersionPage,
  DescriptorVersionView,
  ValidDescriptorView,
} from './descriptors.views.js';
import { DescriptorListQuery } from './library.requests.js';

@ApiTags('Descriptors')
@Controller('v1/descriptors')
export class DescriptorsController {
  constructor(
    private readonly descriptors: ManageDescriptors,
    private readonly prices: PriceDescriptors,
  ) {}

  @Get()
  @Allow('descriptor:read')
  @Describe({
    summary: 'List descriptors',
    description:
      'The organization’s own and the provider’s, by name. A name may come twice: then your own is used. Filtered or sorted by price, rows have one: of a system with the defaults of parameters and your prices.',
    answers: [{ status: 200, description: 'A page of descriptors.', type: DescriptorPage }],
    problems: ['conflict', 'too-large'],
  })
  async listDescriptors(
    @FromCaller() call: Call,
    @Query() { visibility, name, search, priceFrom, priceTo, sort, ...query }: DescriptorListQuery,
  ): Promise<DescriptorPage> {
    const page = pageRequestOf(query);
    const filter = { visibility, name, search };
    const isPriced = sort === 'price' || priceFrom !== undefined || priceTo !== undefined;
    if (!isPriced) return this.descriptors.list(call, page, filter);
    return this.prices.list(call, page, filter, { from: priceFrom, to: priceTo, sort: sort ?? 'name' });
  }

  @Post()
  @Allow('descriptor:write')
  @Repeatable()
  @AcceptsDescriptor()
  @Describe({
    summary: 'Store a version of a descriptor',
    description:
      'Name and version stand in the descriptor. A version never changes: the same text again answers the stored version, another text is refused. Callers of the provider store for everybody.',
    answers: [{ status: 201, description: 'The stored version.', type: DescriptorVersionView }],
    problems: ['invalid-descriptor', 'too-large', 'conflict'],
  })
  async createDescriptorVersion(
    @FromCaller() call: Call,
    @Body() body: unknown,
  ): Promise<DescriptorVersionView> {
    return this.descriptors.store(call, await descriptorText(body));
  }

  @Post('validate')
  @Allow('descriptor:read')
  @AcceptsDescriptor()
  @Describe({
    summary: 'Check a descriptor',
    description: 'Tells every mistake with its place, line and column. Stores nothing.',
    answers: [{ status: 200, description: 'It is valid.', type: ValidDescriptorView }],
    problems: ['invalid-descriptor', 'too-large'],
  })
  async validateDescriptor(@FromCaller() call: Call, @Body() body: unknown): Promise<ValidDescriptorView> {
    const descriptor = await this.descriptors.check(call, await descriptorText(body));
    const { name, version } = descriptor.metadata;
    return { name, version, document: { ...descriptor } };
  }

  @Get(':descriptorName')
  @Allow('descriptor:read')
  @Describe({
    summary: 'Get the newest version of a descriptor',
    description: 'The organization’s own descriptor goes before the provider’s of the same name.',
    answers: [{ status: 200, description: 'The newest version.', type: DescriptorVersionDetailView }],
    problems: ['not-found'],
  })
  async getDescriptor(
    @FromCaller() call: Call,
    @Param('descriptorName') name: string,
  ): Promise<DescriptorVersionDetailView> {
    return this.descriptors.get(call, name, undefined);
  }

  @Get(':descriptorName/versions')
  @Allow('descriptor:read')
  @Describe({
    summary: 'List the versions of a descriptor',
    description: 'Newest first.',
    answers: [{ status: 200, description: 'A page of versions.', type: DescriptorVersionPage }],
    problems: ['not-found'],
  })
  async listDescriptorVersions(
    @FromCaller() call: Call,
    @Param('descriptorName') name: string,
    @Query() query: PageQuery,
  ): Promise<DescriptorVersionPage> {
    return this.descriptors.listVersions(call, name, pageRequestOf(query));
  }

  @Get(':descriptorName/versions/:version')
  @Allow('descriptor:read')
  @Describe({
    summary: 'Get a version of a descriptor',
    description: 'The document and the text that was sent.',
    answers: [{ status: 200, description: 'The version.', type: DescriptorVersionDetailView }],
    problems: ['not-found'],
  })
  async getDescriptorVersion(
    @FromCaller() call: Call,
    @Param('descriptorName') name: string,
    @Param('version') version: string,
  ): Promise<DescriptorVersionDetailView> {
    return this.descriptors.get(call, name, version);
  }
}
