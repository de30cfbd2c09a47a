/** `@EfmExchange()`: what every change of an EFM has of HTTP: the tag it is based on, the answer, and whether it is only a look. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '@openvsys/vsys';
import type { Request, Response } from 'express';

export interface EfmHttpExchange {
  readonly ifMatch: string | undefined;
  /** For status and headers; the body is what the handler returns. */
  readonly response: Response;
  readonly mode: 'change' | 'preview';
}

export const EfmExchange = createParamDecorator(
  (_: undefined, context: ExecutionContext): EfmHttpExchange => {
    const http = context.switchToHttp();
    const { headers, query } = http.getRequest<Request>();
    return { ifMatch: headers['if-match'], response: http.getResponse<Response>(), mode: modeOf(query) };
  },
);

/** Throws `invalid-request` for anything but `dryRun=true` and `dryRun=false`. */
function modeOf({ dryRun = 'false', ...others }: Request['query']): EfmHttpExchange['mode'] {
  const [unknown] = Object.keys(others);
  const wrong = unknown ?? (dryRun === 'true' || dryRun === 'false' ? undefined : 'dryRun');
  if (wrong === undefined) return dryRun === 'true' ? 'preview' : 'change';
  throw new DomainError(
    'invalid-request',
    'A change of an EFM takes dryRun=true or dryRun=false, nothing else.',
    {
      pointer: `/query/${wrong.slice(0, 64)}`,
      remedy: 'Correct the query.',
    },
  );
}
