/** Why a server is not as wanted. */
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { DiagnoseServer } from '../../../use-cases/parts/diagnose-server.js';
import { DiagnosisView } from './diagnosis.views.js';

@ApiTags('VServers')
@Controller('v1/vservers')
export class DiagnosisController {
  constructor(private readonly diagnosis: DiagnoseServer) {}

  @Get(':vserverId/diagnosis')
  @Allow('vsys:read')
  @Describe({
    summary: 'Say why a server is not running',
    description:
      'Or not stopped, when that is wanted: what blocks it, what has to come first, what is being done and what failed, the most decisive first. Nothing is asked of the pool.',
    answers: [{ status: 200, description: 'The reasons.', type: DiagnosisView }],
    problems: ['not-found'],
  })
  async diagnoseVServer(@FromCaller() call: Call, @Param('vserverId') id: string): Promise<DiagnosisView> {
    return this.diagnosis.execute(call, vserverId(id));
  }
}
