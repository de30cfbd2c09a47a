// Purpose: who may use a handler beside RPC: a session by query, cookie or HTTP Basic, with a role that is strong enough.
import type { IncomingMessage } from 'node:http';
import { mayUseHandler } from '../sessions/permissions.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** The session, or the status of the refusal: 401 without a valid one, 403 with too weak a role. */
export function authorise(
  sim: SimPool,
  request: IncomingMessage,
  query: URLSearchParams,
  handler: string,
): Row | 401 | 403 {
  const session = sessionOf(sim, request, query);
  if (session === undefined) return 401;
  return mayUseHandler(session, weakestRole(sim, handler)) ? session : 403;
}

/** The weakest role that may use a handler; those beside the toolstack show what anybody may read. */
function weakestRole(sim: SimPool, handler: string): string {
  return sim.db.model.http.find(([name]) => name === handler)?.[3] ?? 'read-only';
}

/** A session by query, cookie or HTTP Basic; undefined if none is valid. */
export function sessionOf(sim: SimPool, request: IncomingMessage, query: URLSearchParams): Row | undefined {
  const cookie = /(?:^|;\s*)session_id=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  const ref = query.get('session_id') ?? cookie;
  if (ref !== undefined && ref !== null) return sim.db.find('session', ref);
  return basicSession(sim, request.headers.authorization);
}

function basicSession(sim: SimPool, header: string | undefined): Row | undefined {
  const encoded = /^Basic (.+)$/.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  try {
    const identity = sim.sessions.authenticate(user, rest.join(':'));
    const session = sim.sessions.create(user, 'http', identity);
    // Basic logins live as long as their request.
    sim.clock.schedule(60_000, () => (session.alive ? sim.sessions.end(session) : undefined), 'daemon');
    return session;
  } catch {
    return undefined;
  }
}
