import type { Request } from 'express';

/** Aborts when the caller goes away, so that nobody waits for nobody. */
export function closedSignal(request: Request): AbortSignal {
  const controller = new AbortController();
  request.once('close', () => controller.abort());
  request.socket.once('close', () => controller.abort());
  return controller.signal;
}
