/** Errors of CIMI requests: a Job that failed, in JSON or XML. */
import { Catch, Inject, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PUBLIC_URL } from '../../tokens.js';
import { failureOf } from './protocol/error-job.js';
import { sendFailure } from './protocol/exchange.js';

@Catch()
export class CimiFilter implements ExceptionFilter {
  private readonly logger = new Logger('cimi');

  constructor(@Inject(PUBLIC_URL) private readonly publicUrl: string | null) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    if (failureOf(thrown).status >= 500)
      this.logger.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown);
    sendFailure(http.getRequest<Request>(), http.getResponse<Response>(), thrown, this.publicUrl);
  }
}
