/** Tokens of appliances' agents: renewed or revoked on wish; nobody is ever shown one. */
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ChangeAgentToken } from '../../../use-cases/efms/change-agent-token.js';

@ApiTags('EFMs')
@Controller('v1/efms/:vserverId/token')
export class EfmTokenController {
  constructor(private readonly tokens: ChangeAgentToken) {}

  @Post('renew')
  @HttpCode(204)
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Renew the token of an appliance',
    description:
      'The appliance is told with its next report, within half a minute, and gets a new token over its own connection. The old one is refused from the first use of the new one on. Without being asked for it happens every 90 days.',
    answers: [{ status: 204, description: 'The appliance will be told.' }],
    problems: ['not-found', 'conflict'],
  })
  async renewEfmToken(@FromCaller() call: Call, @Param('vserverId') id: string): Promise<void> {
    await this.tokens.renew(call, vserverId(id));
  }

  @Post('revoke')
  @HttpCode(204)
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Shut an appliance out',
    description:
      'Its token is refused within seconds and for good: it gets no configuration and no secret any more, and its reports are not taken. What it runs goes on until the appliance is replaced or deleted.',
    answers: [{ status: 204, description: 'It is shut out.' }],
    problems: ['not-found', 'conflict'],
  })
  async revokeEfmToken(@FromCaller() call: Call, @Param('vserverId') id: string): Promise<void> {
    await this.tokens.revoke(call, vserverId(id));
  }
}
