/** Bodies of this face are read as bytes, whatever their headers say, and answered as XML with 200 even when they are too large. */
import express, { type NextFunction, type Request, type Response } from 'express';
import { FgcpError } from './protocol/fgcp-error.js';
import { writeFailure } from './protocol/write-answer.js';

export const FGCP_PATH = 'ovissapi/endpoint';

export function sendFgcp(response: Response, text: string): void {
  response
    .status(200)
    .set('Content-Type', 'text/xml;charset=UTF-8')
    .set('Cache-Control', 'no-store')
    .send(text);
}

/** Stands before the body parsers of the other faces. */
export function fgcpBody(limitBytes: number): express.Router {
  const router = express.Router();
  router.use(`/${FGCP_PATH}`, express.raw({ type: () => true, limit: limitBytes }), refuseUnread);
  return router;
}

/** Four parameters make an error handler to Express. */
function refuseUnread(_error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  const error = new FgcpError('OUT_OF_BOUNDS_ERROR', 'The body of the request is too large or was cut off.');
  sendFgcp(response, writeFailure(undefined, error));
}
