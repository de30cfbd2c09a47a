/**
 * One logged-in session on a pool's coordinator, wherever that is at the moment.
 *
 *   closed ──open──► linking ──login──► linked ──SESSION_INVALID, HOST_IS_SLAVE, no connection──► linking …
 *
 * Callers never see a redirect or an expired session. Only calls that read are repeated after a broken connection;
 * for others the caller learns that the outcome is unknown.
 */
import type { MethodName } from '../codec/decode.js';
import { decodeResult, encodeParameter } from '../codec/decode.js';
import {
  TransportError,
  XenApiError,
  type Transport,
  type TransportFactory,
} from '../transport/transport.js';
import { Members } from './members.js';

export interface ConnectionOptions {
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  /** Names this driver in the pool's session list; sessions are capped per originator (XenAPI session.originator). */
  readonly originator: string;
  readonly transportFor: TransportFactory;
}

interface Link {
  readonly transport: Transport;
  readonly session: string;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Limit for the whole answer; default one minute. */
  readonly timeoutMs?: number;
}

const CALL_TIMEOUT_MS = 60_000;
/** The brute-force brake answers a wrong password after 5 s; a coordinator that is starting needs longer. */
const LOGIN_TIMEOUT_MS = 20_000;
const LOGOUT_TIMEOUT_MS = 3_000;
/** First try, then after a re-login, then after a change of coordinator and its re-login. */
const MAX_TRIES = 4;

/** Codes of a host that cannot serve as coordinator at the moment. */
const NOT_SERVING = new Set(['HOST_STILL_BOOTING', 'HOST_HAS_NO_MANAGEMENT_IP', 'HOST_UNKNOWN_TO_MASTER']);

export class PoolConnection {
  readonly members: Members;
  /** Grows with every new session, so that the event feed notices that it talks to another server process. */
  generation = 0;
  private readonly transports = new Map<string, Transport>();
  /** A session that was left because its host did not answer; it is taken up again or ended, never leaked. */
  private readonly leftSessions = new Map<string, string>();
  private link: Link | undefined;
  private linking: Promise<Link> | undefined;
  private poolUuid: string | undefined;
  private closed = false;

  constructor(private readonly options: ConnectionOptions) {
    this.members = new Members(options.urls);
  }

  /** Logs in unless that is already so. Throws XenApiError or TransportError of the last member tried. */
  async open(signal?: AbortSignal): Promise<void> {
    await this.linked(signal);
  }

  /** Logs out and cuts all connections. Never throws. */
  async close(): Promise<void> {
    this.closed = true;
    // A login under way would leave a session that nobody knows.
    await Promise.race([this.linking?.catch(() => undefined), timeLimit(LOGOUT_TIMEOUT_MS)]);
    const { link } = this;
    this.link = undefined;
    if (link !== undefined) this.leftSessions.set(link.transport.url, link.session);
    await Promise.allSettled([...this.leftSessions].map(([url, session]) => this.logout(url, session)));
    this.leftSessions.clear();
    await Promise.allSettled([...this.transports.values()].map((transport) => transport.close()));
    this.transports.clear();
  }

  /** The undecoded result of a call with the session put in front. */
  async request(method: string, params: readonly unknown[], options: RequestOptions = {}): Promise<unknown> {
    const encoded = params.map((param) => encodeParameter(param));
    for (let attempt = 1; ; attempt += 1) {
      const link = await this.linked(options.signal);
      try {
        return await link.transport.call(method, [link.session, ...encoded], {
          timeoutMs: options.timeoutMs ?? CALL_TIMEOUT_MS,
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        });
      } catch (error) {
        if (!this.mayRepeat(error, link, method) || attempt >= MAX_TRIES) throw error;
      }
    }
  }

  /** Whether the failure is cured by a new link and the call certainly may be made again. */
  private mayRepeat(error: unknown, link: Link, method: string): boolean {
    if (error instanceof XenApiError) return this.followAnswer(error, link);
    if (!(error instanceof TransportError) || error.kind === 'aborted' || error.kind === 'withdrawn')
      return false;
    if (error.kind === 'refused' || error.kind === 'untrusted') this.leave(link);
    return !this.closed && isReadOnly(method);
  }

  private followAnswer(error: XenApiError, link: Link): boolean {
    if (error.code === 'SESSION_INVALID') {
      this.drop(link);
      return !this.closed;
    }
    if (error.code === 'HOST_IS_SLAVE') {
      this.members.prefer(error.params[0] ?? '', link.transport.url);
      this.leave(link);
      return !this.closed;
    }
    if (NOT_SERVING.has(error.code)) this.leave(link);
    return false;
  }

  private drop(link: Link): void {
    if (this.link === link) this.link = undefined;
  }

  private leave(link: Link): void {
    if (this.link !== link) return;
    this.link = undefined;
    this.leftSessions.set(link.transport.url, link.session);
  }

  private async linked(signal: AbortSignal | undefined): Promise<Link> {
    if (this.closed) throw new TransportError('refused', 'The connection to the pool is closed.');
    if (signal?.aborted === true)
      throw new TransportError('withdrawn', 'The call was given up before it was made.');
    if (this.link !== undefined) return this.link;
    // One login for all who wait: a storm of logins would evict our own sessions.
    this.linking ??= this.establish().finally(() => {
      this.linking = undefined;
    });
    return this.linking;
  }

  private async establish(): Promise<Link> {
    const tried = new Set<string>();
    let failure: unknown = new TransportError('refused', 'The pool has no member.');
    for (;;) {
      const url = this.members.list().find((candidate) => !tried.has(candidate));
      if (url === undefined) throw failure;
      tried.add(url);
      try {
        const link = await this.linkTo(url);
        this.members.moveFirst(url);
        this.generation += 1;
        this.link = link;
        return link;
      } catch (error) {
        failure = error;
        if (error instanceof XenApiError && error.code === 'HOST_IS_SLAVE') {
          this.members.prefer(error.params[0] ?? '', url);
        } else if (isRefusedLogin(error)) throw error;
      }
    }
  }

  private async linkTo(url: string): Promise<Link> {
    const transport = this.transportTo(url);
    const left = this.leftSessions.get(url);
    if (left !== undefined) {
      this.leftSessions.delete(url);
      if (await this.isAlive(transport, left)) return { transport, session: left };
    }
    const { username, password, originator } = this.options;
    const session = await transport.call(
      'session.login_with_password',
      [username, password, '1.0', originator],
      {
        timeoutMs: LOGIN_TIMEOUT_MS,
      },
    );
    if (typeof session !== 'string')
      throw new TransportError('protocol', `${url} answered the login with no session.`);
    try {
      await this.checkPool(transport, session);
    } catch (error) {
      await this.logout(url, session);
      throw error;
    }
    return { transport, session };
  }

  private async isAlive(transport: Transport, session: string): Promise<boolean> {
    try {
      await this.checkPool(transport, session);
      return true;
    } catch (error) {
      if (error instanceof XenApiError && error.code === 'SESSION_INVALID') return false;
      this.leftSessions.set(transport.url, session);
      throw error;
    }
  }

  /** An ejected host is a pool of its own: what answers must be the pool that was opened first. */
  private async checkPool(transport: Transport, session: string): Promise<void> {
    const raw = await transport.call('pool.get_all_records', [session], { timeoutMs: LOGIN_TIMEOUT_MS });
    const [record] = Object.values(decodeResult('pool.get_all_records', raw));
    const uuid = record?.uuid ?? '';
    this.poolUuid ??= uuid;
    if (this.poolUuid !== uuid) {
      throw new TransportError('untrusted', `${transport.url} now belongs to another pool (${uuid}).`);
    }
  }

  private async logout(url: string, session: string): Promise<void> {
    try {
      await this.transportTo(url).call('session.logout', [session], { timeoutMs: LOGOUT_TIMEOUT_MS });
    } catch {
      // The pool ends idle sessions by itself; there is nobody to tell.
    }
  }

  private transportTo(url: string): Transport {
    const known = this.transports.get(url);
    if (known !== undefined) return known;
    const made = this.options.transportFor(url);
    this.transports.set(url, made);
    return made;
  }
}

/** Real time, also in simulated pools: it only bounds the wait for a login that does not answer. */
const timeLimit = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

/** A wrong password is not cured by the next member, and each try costs seconds. */
function isRefusedLogin(error: unknown): boolean {
  return error instanceof XenApiError && error.code.startsWith('SESSION_AUTH');
}

/** Polls are left out although they only read: their owners want to know that the contact broke. */
export function isReadOnly(method: MethodName | (string & {})): boolean {
  return /^\w+\.(get_|assert_|inject$)/.test(method);
}
