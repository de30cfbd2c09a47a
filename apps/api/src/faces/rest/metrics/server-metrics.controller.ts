/** What servers and systems did over time. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ReadMetrics } from '../../../use-cases/metrics/read-metrics.js';
import { MetricsPage, MetricsQuery, questionOf, SystemMetricsPage } from './metrics.views.js';

@ApiTags('Metrics')
@Controller('v1')
export class ServerMetricsController {
  constructor(private readonly metrics: ReadMetrics) {}

  @Get('vservers/:vserverId/metrics')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get the figures of a server over time',
    description:
      'Processor, memory, disks and network in steps of a minute (kept for 7 days), ten minutes (35 days), an hour (400 days) or a day (5 years). What was not measured is null or not there, never zero.',
    answers: [{ status: 200, description: 'A page of steps.', type: MetricsPage }],
    problems: ['not-found'],
  })
  async getVServerMetrics(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: MetricsQuery,
  ): Promise<MetricsPage> {
    return this.metrics.ofServer(call, vserverId(id), questionOf(query), pageRequestOf(query));
  }

  @Get('vsys/:vsysId/metrics')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get the figures of a VSYS over time',
    description:
      'Sums of all its servers; of the processors the mean, the highest, and the server that had most to do.',
    answers: [{ status: 200, description: 'A page of steps.', type: SystemMetricsPage }],
    problems: ['not-found'],
  })
  async getVsysMetrics(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: MetricsQuery,
  ): Promise<SystemMetricsPage> {
    return this.metrics.ofSystem(call, vsysId(id), questionOf(query), pageRequestOf(query));
  }
}
