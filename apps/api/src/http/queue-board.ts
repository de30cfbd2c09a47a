/**
 * The queue board for the provider at /queues. A browser cannot send an Authorization header by itself: `?token=` is changed
 * into a cookie for this path, which no script can read.
 */
import { createBullBoard } from '@bull-board/api';
import type { IServerAdapter } from '@bull-board/api/typings/app';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { Database, listPoolOverviews } from '@openvsys/persistence';
import { DomainError, requirePermission } from '@openvsys/vsys';
import type { BullWakeQueue } from '@openvsys/queue';
import { Router, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { problemOf, sendProblem } from './problem.filter.js';
import type { TokenAuthenticator } from './token-authenticator.js';

const PATH = '/queues';
const COOKIE = 'openvsys_board';
/** More pools than this are not shown at once. */
const MAX_QUEUES = 500;

/** The board's page has a script and styles of its own in it, and wants fonts from elsewhere, which it does not get. */
const BOARD_POLICY = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'", "'unsafe-inline'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  frameAncestors: ["'none'"],
};

export interface QueueBoardParts {
  readonly database: Database;
  readonly queue: Pick<BullWakeQueue, 'queueOf'>;
  readonly authenticator: TokenAuthenticator;
}

export function createQueueBoard({ database, queue, authenticator }: QueueBoardParts): Router {
  const adapter = new ExpressAdapter();
  adapter.setBasePath(PATH);
  if (!isServerAdapter(adapter)) throw new DomainError('internal', 'The queue board has no adapter.');
  const board = createBullBoard({ queues: [], serverAdapter: adapter });
  const showPools = async (): Promise<void> => {
    const { items } = await database.session(async (session) =>
      listPoolOverviews(session, { limit: MAX_QUEUES }),
    );
    board.replaceQueues(items.map(({ id }) => new BullMQAdapter(queue.queueOf(id), { readOnlyMode: true })));
  };
  const router = Router();
  router.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: BOARD_POLICY } }));
  router.use((request, response, next) => {
    admit(request, response, next, { authenticator, showPools }).catch((error: unknown) => {
      sendProblem(response, problemOf(error, request));
    });
  });
  router.use(adapter.getRouter() as Router);
  return router;
}

/** Both packages of the board carry types of their own for the same thing. */
function isServerAdapter(adapter: unknown): adapter is IServerAdapter & ExpressAdapter {
  return adapter instanceof ExpressAdapter;
}

async function admit(
  request: Request,
  response: Response,
  next: NextFunction,
  parts: { readonly authenticator: TokenAuthenticator; readonly showPools: () => Promise<void> },
): Promise<void> {
  const given = request.query['token'];
  const token = typeof given === 'string' ? given : cookieOf(request);
  const authorization =
    request.headers.authorization ?? (token === undefined ? undefined : `Bearer ${token}`);
  requirePermission(await parts.authenticator.authenticate(authorization), 'system:read');
  if (typeof given === 'string') {
    response.cookie(COOKIE, given, {
      httpOnly: true,
      sameSite: 'strict',
      path: PATH,
      secure: request.secure,
    });
    response.redirect(303, PATH);
    return;
  }
  await parts.showPools();
  next();
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1];
}
