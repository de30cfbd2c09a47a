/** Power of servers: start, stop, restart. */
import { Controller, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ChangePower } from '../../../use-cases/parts/change-power.js';
import { acceptedView } from '../operations/accepted.js';
import { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED } from '../vsys/admission.doc.js';

@ApiTags('VServers')
@Controller('v1/vservers')
export class PowerController {
  constructor(private readonly power: ChangePower) {}

  @Post(':vserverId/start')
  @Allow('vsys:power')
  @Repeatable()
  @Describe({
    summary: 'Start a server',
    description: 'It is wanted running from now on and is started again when it stops by itself.',
    answers: ACCEPTED,
    problems: ['not-found', 'conflict'],
  })
  async startVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedView> {
    return acceptedView(response, await this.power.execute(call, { server: vserverId(id), verb: 'start' }));
  }

  @Post(':vserverId/stop')
  @Allow('vsys:power')
  @Repeatable()
  @Describe({
    summary: 'Stop a server',
    description: 'Its guest is asked to shut down; when it does not in time, its power is cut.',
    answers: ACCEPTED,
    problems: ['not-found', 'conflict'],
  })
  async stopVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedView> {
    return acceptedView(response, await this.power.execute(call, { server: vserverId(id), verb: 'stop' }));
  }

  @Post(':vserverId/restart')
  @Allow('vsys:power')
  @Repeatable()
  @Describe({
    summary: 'Restart a server',
    description: 'Exactly one restart, whatever fails and is repeated on the way.',
    answers: ACCEPTED,
    problems: ['not-found', 'conflict'],
  })
  async restartVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedView> {
    return acceptedView(response, await this.power.execute(call, { server: vserverId(id), verb: 'restart' }));
  }
}
