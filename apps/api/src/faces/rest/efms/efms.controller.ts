/** Extended function modules: what is wanted of them and what their appliances say. */
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId, vsysId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ReadEfm } from '../../../use-cases/efms/read-efm.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { ListPartsQuery } from '../parts/parts.requests.js';
import { efmEtag } from './efm-tags.js';
import { EfmConfigurationView, EfmFiguresView, EfmPage } from './efm.views.js';

@ApiTags('EFMs')
@Controller('v1/efms')
export class EfmsController {
  constructor(
    private readonly parts: ReadParts,
    private readonly read: ReadEfm,
  ) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List EFMs',
    description: 'Firewalls and load balancers of one VSYS or of all that the caller sees.',
    answers: [{ status: 200, description: 'A page of EFMs.', type: EfmPage }],
  })
  async listEfms(@FromCaller() call: Call, @Query() query: ListPartsQuery): Promise<EfmPage> {
    return this.parts.listEfms(
      call,
      query.vsys === undefined ? undefined : vsysId(query.vsys),
      pageRequestOf(query),
      { name: query.name, state: query.state },
    );
  }

  @Get(':vserverId/configuration')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get the configuration of an EFM',
    description:
      'As descriptors write it (`config`: change it and PUT it back), with names resolved (`document`), and as its own tools read it (`rendered`). Keys are left out.',
    answers: [
      {
        status: 200,
        description: 'The configuration.',
        type: EfmConfigurationView,
        headers: { ETag: 'Of the configuration; send it as If-Match with a change.' },
      },
    ],
    problems: ['not-found'],
  })
  async getEfmConfiguration(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EfmConfigurationView> {
    const wanted = await this.parts.getEfmConfiguration(call, vserverId(id));
    const { config, tag } = await this.read.config(call, vserverId(id));
    response.setHeader('ETag', efmEtag(tag));
    return { ...wanted, config };
  }

  @Get(':vserverId/figures')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get the figures of an EFM',
    description:
      'Counters, members with their health, tunnels and connections as the appliance reported them last.',
    answers: [{ status: 200, description: 'Figures.', type: EfmFiguresView }],
    problems: ['not-found'],
  })
  async getEfmFigures(@FromCaller() call: Call, @Param('vserverId') id: string): Promise<EfmFiguresView> {
    return this.parts.getEfmFigures(call, vserverId(id));
  }
}
