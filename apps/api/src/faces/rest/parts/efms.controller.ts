/** Extended function modules: what is wanted of them and what their appliances say. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { EfmConfigurationView, EfmFiguresView, EfmLogsQuery, EfmLogsView, EfmPage } from './efm.views.js';
import { ListPartsQuery } from './parts.requests.js';

/** Lines of a log when the caller does not say. */
const DEFAULT_LINES = 200;

@ApiTags('EFMs')
@Controller('v1/efms')
export class EfmsController {
  constructor(private readonly parts: ReadParts) {}

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
    );
  }

  @Get(':vserverId/configuration')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get the configuration of an EFM',
    description:
      'The whole wanted configuration as one hashed document, in our words and as its own tools read it.',
    answers: [{ status: 200, description: 'The configuration.', type: EfmConfigurationView }],
    problems: ['not-found'],
  })
  async getEfmConfiguration(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
  ): Promise<EfmConfigurationView> {
    return this.parts.getEfmConfiguration(call, vserverId(id));
  }

  @Get(':vserverId/logs')
  @Allow('vsys:read')
  @Describe({
    summary: 'Read the log of an EFM',
    description:
      'The newest lines of the appliance: rules that log, health checks, leases, the agent itself.',
    answers: [{ status: 200, description: 'Lines.', type: EfmLogsView }],
    problems: ['not-found'],
  })
  async listEfmLogs(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() { limit = DEFAULT_LINES }: EfmLogsQuery,
  ): Promise<EfmLogsView> {
    return { items: await this.parts.listEfmLogs(call, vserverId(id), limit) };
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
