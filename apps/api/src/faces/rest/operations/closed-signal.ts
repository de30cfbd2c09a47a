import type { Response } from 'express';

/** Aborts when the answer is sent or the caller goes away, so that nobody waits for nobody. */
export function closedSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
