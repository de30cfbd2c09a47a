/** Nest's own few lines, in the same form as all others. */
import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@openvsys/observability';

const textOf = (message: unknown): string =>
  typeof message === 'string' ? message : JSON.stringify(message);

export function nestLog(log: Logger): LoggerService {
  return {
    log: (message: unknown) => log.debug({}, textOf(message)),
    warn: (message: unknown) => log.warn({}, textOf(message)),
    error: (message: unknown) =>
      log.error({ err: message instanceof Error ? message : undefined }, textOf(message)),
  };
}
