/**
 * HTTP handlers of a pool: sends a request to the host that should serve it and follows the pool when it names another one.
 *
 *   host ──302──► the host it names, if it is a member ──401──► a new session, once ──► answer
 *
 * A redirect leads to members only: the session goes with the request.
 */
import type { PoolConnection, SessionAccess } from '../session/pool-connection.js';
import { urlOfAddress } from './endpoint.js';
import type { HandlerAnswer, HandlerPipe, HandlerRequest, HandlerUpload, HandlerWay } from './handler-way.js';
import { TransportError } from './transport.js';

export interface PoolRequest {
  /** Path and query parameters; the session is added. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** XenAPI `host.address` of the host that should serve; undefined: the coordinator. */
  readonly address?: string | undefined;
  readonly signal: AbortSignal;
  readonly stallMs?: number;
}

export interface PoolUpload extends PoolRequest {
  readonly bytes: number;
  /** From the first byte; called again after a redirect. */
  readonly open: () => AsyncIterable<Uint8Array>;
  readonly onSent?: (bytes: number) => void;
}

/** Coordinator and the right host; more is a circle. */
const MAX_REDIRECTS = 3;

interface Answered {
  readonly status: number;
  readonly location: string | undefined;
}

export class PoolHandlers {
  /** `addresses`: XenAPI `host.address` of all members. */
  constructor(
    private readonly connection: PoolConnection,
    private readonly addresses: () => readonly string[],
  ) {}

  /** Throws TransportError. A status other than 200 is given back. */
  async get(request: PoolRequest): Promise<HandlerAnswer> {
    return this.follow(request, async (way, inner) => {
      const answer = await way.get(inner);
      if (isToBeFollowed(answer)) answer.discard();
      return answer;
    });
  }

  async put(upload: PoolUpload): Promise<HandlerAnswer> {
    const { bytes, open, onSent } = upload;
    return this.follow(upload, async (way, inner) => {
      const request: HandlerUpload = { ...inner, bytes, body: open(), ...(onSent && { onSent }) };
      const answer = await way.put(request);
      if (isToBeFollowed(answer)) answer.discard();
      return answer;
    });
  }

  /** The target of a CONNECT is a path too. */
  async connect(request: PoolRequest): Promise<HandlerPipe> {
    return this.follow(request, async (way, inner) => way.connect(inner));
  }

  private async follow<A extends Answered>(
    request: PoolRequest,
    send: (way: HandlerWay, request: HandlerRequest) => Promise<A>,
  ): Promise<A> {
    // A signal of its own: one that many requests listen to looks like a leak to Node.
    const signal = AbortSignal.any([request.signal]);
    let address = request.address;
    let isRenewed = false;
    for (let step = 0; step <= MAX_REDIRECTS; step += 1) {
      const answer = await this.connection.withSession(signal, async (access) =>
        send(this.wayTo(access, address), innerOf({ ...request, signal }, access.session)),
      );
      if (answer.status === 401 && !isRenewed) {
        isRenewed = true;
        await this.connection.request('pool.get_all', [], { signal });
      } else if (answer.status === 302) address = this.redirectTarget(answer.location);
      else return answer;
    }
    throw new TransportError('protocol', 'The pool sends the transfer in a circle.');
  }

  private wayTo({ coordinator, transportTo }: SessionAccess, address: string | undefined): HandlerWay {
    const url = address === undefined ? coordinator : urlOfAddress(address, coordinator);
    const { handlers } = transportTo(url);
    if (handlers !== undefined) return handlers;
    throw new TransportError('refused', 'This pool is reached without HTTP, so bulk data cannot be moved.');
  }

  /** The address in an absolute `Location`. The scheme is ours: behind a tunnel a pool cannot know it. */
  private redirectTarget(location: string | undefined): string {
    const target = location !== undefined && URL.canParse(location) ? new URL(location) : undefined;
    const known = this.addresses().find(
      (address) => target !== undefined && isSameHost(urlOfAddress(address, 'https://pool'), target),
    );
    if (known !== undefined) return known;
    throw new TransportError('untrusted', 'The pool sends the transfer to a host that is no member of it.');
  }
}

function isSameHost(member: string, target: URL): boolean {
  const url = new URL(member);
  return url.hostname === target.hostname && (url.port === '' || url.port === target.port);
}

const isToBeFollowed = ({ status }: Answered): boolean => status === 302 || status === 401;

function innerOf({ path, query, signal, stallMs }: PoolRequest, session: string): HandlerRequest {
  const text = new URLSearchParams(query).toString();
  return {
    path: text === '' ? path : `${path}?${text}`,
    session,
    signal,
    ...(stallMs === undefined ? {} : { stallMs }),
  };
}
