/** Turns everything thrown into problem+json. Texts of foreign exceptions stay in the log. */
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { asDomainError, DomainError, type ErrorCode } from '@openvsys/vsys';
import type { Request, Response } from 'express';
import { codeOfStatus, PROBLEM_KINDS } from './problem.table.js';
import type { Problem } from './problem.view.js';
import { requestIdOf } from './request-id.js';

/** Seconds that a caller should wait before a repeat that may succeed unchanged. */
const RETRY_AFTER_SECONDS = 2;

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('problem');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = problemOf(thrown, request);
    if (problem.status >= 500)
      this.logger.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown);
    if (response.headersSent) {
      // A stream that already started cannot change its status any more: end it so that the client reconnects.
      response.end();
      return;
    }
    sendProblem(response, problem);
  }
}

export function sendProblem(response: Response, problem: Problem): void {
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="openvsys"');
  if (problem.retry === 'same' && !response.hasHeader('Retry-After'))
    response.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The problem that answers a thrown thing. */
export function problemOf(thrown: unknown, request: Request): Problem {
  const error = toDomainError(thrown);
  const kind = PROBLEM_KINDS[error.code];
  return {
    type: `urn:openvsys:problem:${error.code}`,
    title: kind.title,
    status: kind.status,
    detail: error.message,
    instance: request.originalUrl.split('?')[0] ?? '/',
    code: error.code,
    ...(error.pointer === undefined ? {} : { pointer: error.pointer }),
    ...(error.violations.length === 0 ? {} : { violations: [...error.violations] }),
    ...remedyOf(error),
    retry: error.retry,
    requestId: requestIdOf(request),
    ...(Object.keys(error.details).length === 0 ? {} : { details: { ...error.details } }),
  };
}

function remedyOf({ code, remedy }: DomainError): Pick<Problem, 'remedy'> {
  const text = remedy ?? USUAL_REMEDIES[code];
  return text === undefined ? {} : { remedy: text };
}

function toDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  if (thrown instanceof HttpException) return ofFramework(thrown.getStatus(), thrown.message);
  const status = statusOfParser(thrown);
  if (status !== undefined && thrown instanceof Error) return ofFramework(status, thrown.message);
  return asDomainError(thrown);
}

/** Errors of Express' body parsers carry the status as a property. */
function statusOfParser(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('status' in thrown) || typeof thrown.status !== 'number')
    return undefined;
  return thrown.status >= 400 && thrown.status < 500 ? thrown.status : undefined;
}

function ofFramework(status: number, message: string): DomainError {
  const code = codeOfStatus(status);
  if (code === 'internal') return asDomainError(new Error(message));
  return new DomainError(code, DETAIL_OF[code] ?? message, {
    remedy: REMEDY_OF[code] ?? 'See the API document at /docs.',
  });
}

/** For errors whose thrower had nothing better to say. */
const USUAL_REMEDIES: Partial<Record<ErrorCode, string>> = {
  'not-found': 'Take ids from a list or from the answer that created the thing.',
  conflict: 'Look at its present state and decide anew.',
  internal: 'Repeat the request later; if it stays, report the request id.',
};

const DETAIL_OF: Partial<Record<ErrorCode, string>> = {
  'not-found': 'There is nothing at this path.',
  'too-large': 'The body is larger than the server accepts.',
};

const REMEDY_OF: Partial<Record<ErrorCode, string>> = {
  'not-found': 'All paths are listed in the API document at /docs.',
  'too-large': 'Send less: a descriptor has at most 256 KiB.',
};
