/** Figures of a whole system for other programs. */
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ExportMetrics } from '../../../use-cases/metrics/export-metrics.js';
import { OPEN_METRICS_TYPE } from '../../../use-cases/metrics/open-metrics.js';
import { MetricPeriodQuery, questionOf } from './metrics.views.js';

@ApiTags('Metrics')
@Controller('v1/vsys/:vsysId/metrics')
export class MetricExportsController {
  constructor(private readonly metrics: ExportMetrics) {}

  @Get('openmetrics')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get the newest figures of a VSYS as OpenMetrics',
    description:
      'For scrapers such as Prometheus, once a minute: the newest minute of each server, with its instant. What was not measured within ten minutes is left out.',
    answers: [{ status: 200, description: 'Text of OpenMetrics 1.0 (`application/openmetrics-text`).' }],
    problems: ['not-found'],
  })
  async getVsysOpenMetrics(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Res() response: Response,
  ): Promise<void> {
    const text = await this.metrics.openMetrics(call, vsysId(id));
    response.status(200).setHeader('Content-Type', OPEN_METRICS_TYPE).end(text);
  }

  @Get('csv')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get the figures of a VSYS as CSV',
    description:
      'One row for each server and step, oldest first; 100,000 rows at most. What was not measured is empty.',
    answers: [{ status: 200, description: 'The file (`text/csv`), with a row of titles.' }],
    problems: ['not-found', 'too-large'],
  })
  async getVsysMetricsCsv(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: MetricPeriodQuery,
    @Res() response: Response,
  ): Promise<void> {
    const file = await this.metrics.csv(call, vsysId(id), questionOf(query));
    response.status(200).setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
    response.setHeader('Content-Disposition', `attachment; filename="${id}-metrics.csv"`).end(file);
  }
}
