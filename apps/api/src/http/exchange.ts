/** `@Exchange()`: the few things of HTTP that a handler of a change needs beside its inputs. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';

export interface HttpExchange {
  readonly ifMatch: string | undefined;
  /** For status and headers; the body is what the handler returns. */
  readonly response: Response;
}

export const Exchange = createParamDecorator((_: undefined, context: ExecutionContext): HttpExchange => {
  const http = context.switchToHttp();
  return { ifMatch: http.getRequest<Request>().headers['if-match'], response: http.getResponse<Response>() };
});
