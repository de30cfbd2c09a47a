/** Probes for whoever runs the process. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '@openvsys/persistence';
import type { Response } from 'express';
import { AllowAnyone } from '../../../http/allow.decorator.js';
import { QUEUE_PROBE, type QueueProbe } from '../../../tokens.js';

interface Health {
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly database?: 'up' | 'down';
  readonly queue?: 'up' | 'down';
}

@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    @Inject(QUEUE_PROBE) private readonly queueAnswers: QueueProbe,
  ) {}

  /** The process runs. */
  @Get('live')
  @AllowAnyone()
  live(): Health {
    return { status: 'ok' };
  }

  /** It can serve: the database answers. Without Redis it is slower, not wrong. */
  @Get('ready')
  @AllowAnyone()
  async ready(@Res({ passthrough: true }) response: Response): Promise<Health> {
    const [database, queue] = await Promise.all([
      this.database.ping().then(
        () => 'up' as const,
        () => 'down' as const,
      ),
      this.queueAnswers().then((answers) => (answers ? ('up' as const) : ('down' as const))),
    ]);
    if (database === 'down') response.status(503);
    const status = database === 'down' ? 'unavailable' : queue === 'down' ? 'degraded' : 'ok';
    return { status, database, queue };
  }
}
