import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ReadCost } from '../../../use-cases/vsys/read-cost.js';
import { VsysCostView } from './cost.views.js';

@ApiTags('VSYS')
@Controller('v1/vsys')
export class CostController {
  constructor(private readonly cost: ReadCost) {}

  @Get(':vsysId/cost')
  @Allow('usage:read')
  @Describe({
    summary: 'Get what a VSYS costs',
    description:
      'So far this month, what an hour costs as it is, what the month will come to when nothing changes, and what it goes on costing when everything is stopped. Tiers and rests of days that were begun belong to the organization’s month and are left out.',
    answers: [{ status: 200, description: 'The cost.', type: VsysCostView }],
    problems: ['not-found'],
  })
  async getVsysCost(@FromCaller() call: Call, @Param('vsysId') id: string): Promise<VsysCostView> {
    const { currency, period, at, forecast, now, stopped } = await this.cost.execute(call, vsysId(id));
    return {
      vsysId: id,
      currency,
      period: period.label,
      periodStart: period.start,
      periodEnd: period.end,
      at,
      soFar: forecast.soFar,
      perHour: now.perHour,
      toCome: forecast.toCome,
      forecast: forecast.total,
      stoppedPerHour: stopped.perHour,
      stoppedPerMonth: stopped.perMonth,
      unpriced: [...new Set([...now.unpriced, ...stopped.unpriced])],
    };
  }
}
