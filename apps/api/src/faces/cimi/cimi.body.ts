/** Bodies of CIMI requests stay text: what they mean depends on where they are sent. */
import express from 'express';
import { sendFailure } from './protocol/exchange.js';

/** Stands before other parsers. What cannot be read is refused in the form of CIMI. */
export function cimiBody(limit: number, publicUrl: string | null): express.Router {
  const router = express.Router();
  router.use('/cimi', express.text({ limit, type: () => true }));
  router.use(
    '/cimi',
    (thrown: unknown, request: express.Request, response: express.Response, _next: express.NextFunction) => {
      sendFailure(request, response, thrown, publicUrl);
    },
  );
  return router;
}
