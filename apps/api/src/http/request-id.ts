/** Every request has an id: the caller's `X-Request-Id` when it is sane, else a fresh one. It is in each answer and each log line. */
import type { NextFunction, Request, Response } from 'express';
import { v7 as uuid } from 'uuid';

const HEADER = 'x-request-id';
/** Only what cannot break a log line or a header. */
const SANE = /^[A-Za-z0-9._:-]{1,100}$/;

const ids = new WeakMap<Request, string>();

export function requestIdOf(request: Request): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const given = request.headers[HEADER];
  const id = typeof given === 'string' && SANE.test(given) ? given : uuid();
  ids.set(request, id);
  return id;
}

export function requestIdMiddleware(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Request-Id', requestIdOf(request));
  next();
}
