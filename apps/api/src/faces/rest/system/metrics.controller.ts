/** Metrics in Prometheus' text form, for the provider. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Metrics } from '@openvsys/observability';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { METRICS } from '../../../tokens.js';

@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {}

  @Get()
  @Allow('system:read')
  async show(@Res() response: Response): Promise<void> {
    const { registry } = this.metrics;
    response.setHeader('Content-Type', registry.contentType).send(await registry.metrics());
  }
}
