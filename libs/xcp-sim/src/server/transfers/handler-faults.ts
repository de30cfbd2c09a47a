// Purpose: fault rules for handlers beside RPC. A rule names them by verb and path (`PUT /import`), its object is one of the
// query. What concerns tasks, guests or records has no meaning here and changes nothing.
import type { ServerResponse } from 'node:http';
import { sendPage } from '../http-answers.js';
import { sleep } from '../../clock/sim-clock.js';
import type { Exchange } from './exchange.js';
import type { FaultEffect } from '../../faults/fault-rules.js';

/** A body that is cut off gets so many bytes, or half of itself if it is shorter. */
const TRUNCATED_BYTES = 64 * 1024;

/** Runs a handler under the rule that hits it, if any. The handler itself sees to errors in its task (`exchange.fault`). */
export async function serveWithFaults(
  exchange: Exchange,
  serve: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  const { sim, session, request, response } = exchange;
  const fault = sim.faults.hit({ method: methodOf(exchange), objects: objectsOf(exchange) });
  switch (fault?.kind) {
    case 'lose-request':
      return void request.socket.destroy();
    case 'http-500':
      return sendPage(response, 500);
    case 'http':
      return sendPage(response, fault.status);
    case 'hang':
      return;
    case 'expire-session':
      sim.sessions.end(session);
      return sendPage(response, 401);
    case 'slow':
      await sleep(sim.clock, fault.ms);
      break;
    case 'truncate-answer':
      truncate(response);
      break;
    case 'lose-answer':
      response.end = loseEnd(response);
      break;
    default:
  }
  await serve(fault === undefined ? exchange : { ...exchange, fault });
}

/** The error that a rule wants instead of the effect, or after it. */
export function wantedFailure(
  fault: FaultEffect | undefined,
  when: 'before' | 'after',
): { code: string; params: string[] } | undefined {
  const kind = when === 'before' ? 'error' : 'fail-late';
  return fault?.kind === kind ? { code: fault.code, params: fault.params ?? [] } : undefined;
}

export function methodOf({ request, path }: Pick<Exchange, 'request' | 'path'>): string {
  return `${request.method ?? 'GET'} ${path}`;
}

/** The objects that a request names. */
export function objectsOf({ query }: Pick<Exchange, 'query'>): string[] {
  return ['vdi', 'uuid', 'ref', 'sr_id', 'sr_uuid'].flatMap((name) => query.get(name) ?? []);
}

function loseEnd(response: ServerResponse): ServerResponse['end'] {
  return () => {
    response.socket?.destroy();
    return response;
  };
}

/** Cuts the connection in the middle of the body. */
function truncate(response: ServerResponse): void {
  const write = response.write.bind(response) as (chunk: Uint8Array, done: () => void) => boolean;
  let left = TRUNCATED_BYTES;
  const cut = (chunk: unknown, most: number): boolean => {
    const bytes =
      typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0);
    const part = bytes.subarray(0, most);
    left -= part.length;
    return write(part, () => {
      if (left <= 0 || part.length < bytes.length) response.socket?.destroy();
    });
  };
  response.write = (chunk: unknown) => cut(chunk, Math.max(0, left));
  response.end = ((chunk: unknown) => {
    const size = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk.length : 0;
    if (size > 0) cut(chunk, Math.floor(Math.min(left, size / 2)));
    else response.socket?.destroy();
    return response;
  }) as ServerResponse['end'];
}
