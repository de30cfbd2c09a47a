/** Nest's own lines in our form. */
import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@openvsys/observability';

const textOf = (message: unknown): string => (typeof message === 'string' ? message : String(message));

export function nestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown) => logger.debug(textOf(message)),
    warn: (message: unknown) => logger.warn(textOf(message)),
    error: (message: unknown) =>
      message instanceof Error
        ? logger.error({ err: message }, message.message)
        : logger.error(textOf(message)),
  };
}
