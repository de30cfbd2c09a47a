import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ReadParkedUsage } from '../../../use-cases/usage/read-parked-usage.js';
import { ReadUsage, type UsageEntry } from '../../../use-cases/usage/read-usage.js';
import { ParkedUsagePage } from './parked-usage.views.js';
import { UsagePage, UsageQuery, type UsageLineView } from './usage.views.js';

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);

@ApiTags('Usage')
@Controller('v1/usage')
export class UsageController {
  constructor(
    private readonly usage: ReadUsage,
    private readonly parked: ReadParkedUsage,
  ) {}

  @Get('parked')
  @Allow('system:read')
  @Describe({
    summary: 'List usage that could not be billed',
    description:
      'For the provider. It waits for a person; everything else of its hours is closed. When it was put right, its hours are closed again.',
    answers: [{ status: 200, description: 'A page, newest hour first.', type: ParkedUsagePage }],
  })
  async listParkedUsage(@Query() query: PageQuery): Promise<ParkedUsagePage> {
    return this.parked.list(pageRequestOf(query));
  }

  @Get()
  @Allow('usage:read')
  @Describe({
    summary: 'Get usage and costs',
    description:
      'What was held in each hour, with prices and amounts. Closed hours do not change any more; the hours that are not closed yet are computed up to now. Amounts are exact decimals: the total is the sum of the lines.',
    answers: [
      { status: 200, description: 'A page of lines, and totals of the whole period.', type: UsagePage },
    ],
    problems: ['not-found', 'too-large'],
  })
  async getUsage(@FromCaller() call: Call, @Query() query: UsageQuery): Promise<UsagePage> {
    const { vsys, vdc, organization, groupBy = 'line' } = query;
    const period = { from: dateOf(query.from), to: dateOf(query.to) };
    const question = { vsys, vdc, organization, groupBy, ...period };
    const answer = await this.usage.execute(call, question, pageRequestOf(query));
    return { ...answer, items: answer.items.map(lineView) };
  }
}

function lineView(line: UsageEntry): UsageLineView {
  const { hour, vsysId, resource, dimension, product, quantity, seconds, quantitySeconds } = line;
  const { unitPrice, currency, amount, closed } = line;
  return {
    hour,
    vsysId,
    resource,
    dimension,
    product,
    quantity,
    seconds,
    quantitySeconds,
    unitPrice,
    currency,
    amount,
    closed,
  };
}
