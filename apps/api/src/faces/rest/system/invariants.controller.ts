import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { Describe } from '../../../http/describe.decorator.js';
import { CheckInvariants } from '../../../use-cases/system/check-invariants.js';
import { InvariantReportView } from './invariants.views.js';

@ApiTags('System')
@Controller('v1/invariants')
export class InvariantsController {
  constructor(private readonly invariants: CheckInvariants) {}

  @Get()
  @Allow('system:read')
  @Describe({
    summary: 'Check the invariants',
    description:
      'For the provider. Asks the database everything that must hold at any moment; each breach comes with what it means and what to do. It reads whole tables: seconds in a large installation.',
    answers: [{ status: 200, description: 'All invariants, broken or not.', type: InvariantReportView }],
  })
  async checkInvariants(): Promise<InvariantReportView> {
    const { items, checkedAt } = await this.invariants.execute();
    return { isHealthy: items.every(({ count }) => count === 0), checkedAt, items };
  }
}
