/** A system that goes to another VDC. */
import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vdcId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { preconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { Instant, Text, Uuid } from '../../../http/fields.js';
import type { Call } from '../../../use-cases/call.js';
import { TransferVsys } from '../../../use-cases/vsys/transfer-vsys.js';

export class TransferRequest {
  @Uuid({ description: 'The VDC that it goes to, of the same organization and zone.' })
  vdcId!: string;
}

export class TransferView {
  @Text({ description: 'Id of the VSYS; it stays.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Uuid({ description: 'The VDC that it was in.' })
  fromVdcId!: string;

  @Uuid({ description: 'The VDC that it is in.' })
  vdcId!: string;

  @Instant({ description: 'From then on it is paid for there.' })
  at!: Date;
}

@ApiTags('VSYS')
@Controller('v1/vsys')
export class TransferController {
  constructor(private readonly transfers: TransferVsys) {}

  @Post(':vsysId/transfer')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Transfer a VSYS',
    description:
      'To another VDC of the organization in the same zone: at once, while it runs, with all its ids. It counts against the quotas of that VDC and is paid for there from the given instant on.',
    answers: [{ status: 200, description: 'It is there.', type: TransferView }],
    problems: ['not-found', 'conflict', 'quota-exceeded'],
  })
  async transferVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Body() body: TransferRequest,
    @Exchange() { ifMatch }: HttpExchange,
  ): Promise<TransferView> {
    const precondition = preconditionOf(ifMatch);
    return this.transfers.execute(call, { vsysId: vsysId(id), vdcId: vdcId(body.vdcId), precondition });
  }
}
