/** Tickets for screens of servers. The screen itself is a WebSocket (`http/console-relay.ts`). */
import { Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { Instant, Text } from '../../../http/fields.js';
import type { Call } from '../../../use-cases/call.js';
import { OpenConsole } from '../../../use-cases/consoles/open-console.js';

export class ConsoleTicketView {
  @Text({ description: 'Good once.', example: 'ovc_Yk3n…' })
  ticket!: string;

  @Text({
    description:
      'Path of the WebSocket, below the address of the API; it speaks RFB (VNC) in binary messages.',
    example: '/v1/console/ovc_Yk3n…',
  })
  path!: string;

  @Instant({ description: 'Until when it has to be used.' })
  expiresAt!: Date;
}

@ApiTags('VServers')
@Controller('v1/vservers')
export class ConsoleController {
  constructor(private readonly console: OpenConsole) {}

  @Post(':vserverId/console')
  @Allow('vsys:power')
  @Describe({
    summary: 'Open the screen of a server',
    description:
      'Gives a ticket for one WebSocket within 60 seconds. Viewers such as noVNC can open it without a token.',
    answers: [{ status: 201, description: 'The ticket.', type: ConsoleTicketView }],
    problems: ['not-found', 'conflict'],
  })
  async openConsole(@FromCaller() call: Call, @Param('vserverId') id: string): Promise<ConsoleTicketView> {
    const { ticket, expiresAt } = await this.console.issue(call, vserverId(id));
    return { ticket, path: `/v1/console/${ticket}`, expiresAt };
  }
}
