/**
 * One logged-in session on a pool's coordinator, wherever that is at the moment.
 *
 *   closed ──open──► linking ──login──► linked ──SESSION_INVALID, HOST_IS_SLAVE, no connection──► linking …
 *
 * Callers never see a redirect or an expired session. Only calls that read are repeated after a broken connection;
 * for others the caller learns that the outcome is unknown.
 */
import { decodeResult, encodeParameter } from '../codec/decode.js';
import { TransportError, XenApiError, type Transport } from '../transport/transport.js';
import type { ConnectionOptions, LoginOptions } from './connection-options.js';
import { findFirstLink } from './first-link.js';
import {
  isReadOnly,
  isRefusedLogin,
  linkOf,
  LOGOUT_TIMEOUT_MS,
  logout,
  timeLimit,
  weightOf,
  type Link,
} from './link.js';
import { Members } from './members.js';

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Limit for the whole answer; default one minute. */
  readonly timeoutMs?: number;
}

export interface SessionAccess {
  readonly session: string;
  /** Base URL of the host that the session was opened on. */
  readonly coordinator: string;
  /** Transports are kept, so only base URLs of members may be asked for. */
  readonly transportTo: (url: string) => Transport;
}

const CALL_TIMEOUT_MS = 60_000;
/** The brute-force brake answers a wrong password after 5 s; a coordinator that is starting needs longer. */
const LOGIN_TIMEOUT_MS = 20_000;
/** First try, then after a re-login, then after a change of coordinator and its re-login. */
const MAX_TRIES = 4;

/** Codes of a host that cannot serve as coordinator at the moment. */
const NOT_SERVING = new Set(['HOST_STILL_BOOTING', 'HOST_HAS_NO_MANAGEMENT_IP', 'HOST_UNKNOWN_TO_MASTER']);

export class PoolConnection {
  members: Members;
  /** Grows with every new session, so that the event feed notices that it talks to another server process. */
  generation = 0;
  private transports = new Map<string, Transport>();
  /** A session that was left because its host did not answer; it is taken up again or ended, never leaked. */
  private readonly leftSessions = new Map<string, string>();
  private link: Link | undefined;
  private linking: Promise<Link> | undefined;
  private lastSession: string | undefined;
  private poolUuid: string | undefined;
  private closed = false;

  constructor(private options: ConnectionOptions) {
    this.members = new Members(options.urls);
    this.poolUuid = options.poolUuid;
  }

  /**
   * Calls from now on log in with these; what is under way ends with the session it began with. Sessions of the old
   * login that nobody uses any more are ended.
   */
  useLogin(login: LoginOptions): void {
    const { link, transports: old, leftSessions } = this;
    const kept = link === undefined ? undefined : link.transport.url;
    for (const [url, session] of leftSessions) void logout(old.get(url), session);
    for (const [url, transport] of old) if (url !== kept) void transport.close().catch(() => undefined);
    leftSessions.clear();
    this.transports = new Map();
    this.options = { ...this.options, ...login };
    this.members = new Members(login.urls);
    this.link = undefined;
    this.linking = undefined;
    if (link === undefined) return;
    link.isRetired = true;
    this.endIfUnused(link);
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
    await Promise.allSettled(
      [...this.leftSessions].map(([url, session]) => logout(this.transports.get(url), session)),
    );
    this.leftSessions.clear();
    await Promise.allSettled([...this.transports.values()].map((transport) => transport.close()));
    this.transports.clear();
  }

  /** The undecoded result of a call with the session put in front. */
  async request(method: string, params: readonly unknown[], options: RequestOptions = {}): Promise<unknown> {
    const encoded = params.map((param) => encodeParameter(param));
    for (let attempt = 1; ; attempt += 1) {
      const link = await this.linked(options.signal);
      link.busy += 1;
      try {
        return await link.transport.call(method, [link.session, ...encoded], {
          timeoutMs: options.timeoutMs ?? CALL_TIMEOUT_MS,
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        });
      } catch (error) {
        if (!this.mayRepeat(error, link, method) || attempt >= MAX_TRIES) throw error;
      } finally {
        link.busy -= 1;
        this.endIfUnused(link);
      }
    }
  }

  /**
   * For the HTTP handlers beside the calls (XenAPI `session_id`): work with the session, which lives until the work ends.
   * A session that turns out to be over is renewed by any call; then the work may be done again.
   */
  async withSession<T>(
    signal: AbortSignal | undefined,
    work: (access: SessionAccess) => Promise<T>,
  ): Promise<T> {
    const link = await this.linked(signal);
    link.busy += 1;
    try {
      return await work({
        session: link.session,
        coordinator: link.transport.url,
        transportTo: (url) => this.transportTo(url),
      });
    } finally {
      link.busy -= 1;
      this.endIfUnused(link);
    }
  }

  /** Whether the failure is cured by a new link and the call certainly may be made again. */
  private mayRepeat(error: unknown, link: Link, method: string): boolean {
    if (error instanceof XenApiError) return this.followAnswer(error, link);
    if (!(error instanceof TransportError) || error.kind === 'aborted' || error.kind === 'withdrawn')
      return false;
    // A long poll that is not answered is how a host that died in silence shows: the others are asked too.
    const isSilent = error.kind === 'lost' && method === 'event.from';
    if (error.kind === 'refused' || error.kind === 'untrusted' || isSilent) this.leave(link);
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
    const { members, options } = this;
    const { url, link } = await findFirstLink(
      {
        clock: options.clock,
        next: (tried) => members.list().find((candidate) => !tried.has(candidate)),
        linkTo: async (candidate) => this.linkTo(candidate),
        judge: (error, candidate) => {
          if (!(error instanceof XenApiError)) return 'go-on';
          if (error.code === 'HOST_IS_SLAVE') members.prefer(error.params[0] ?? '', candidate);
          return isRefusedLogin(error) ? 'give-up' : 'go-on';
        },
        graver: (one, other) => (weightOf(other) >= weightOf(one) ? other : one),
        discard: (late) => void logout(late.transport, late.session),
      },
      new TransportError('refused', 'The pool has no member.'),
    );
    if (options !== this.options) {
      // The login was replaced meanwhile.
      void logout(link.transport, link.session);
      return this.linked(undefined);
    }
    members.moveFirst(url);
    this.cutOthers(url);
    if (link.session !== this.lastSession) this.generation += 1;
    this.lastSession = link.session;
    this.link = link;
    return link;
  }

  /** Another host leads now: what still waits for the one before waits in vain, and learns so at once. */
  private cutOthers(coordinator: string): void {
    for (const [url, transport] of this.transports) {
      if (url === coordinator) continue;
      this.transports.delete(url);
      this.leftSessions.delete(url);
      void transport.close().catch(() => undefined);
    }
  }

  private endIfUnused(link: Link): void {
    if (!link.isRetired || link.busy > 0) return;
    void logout(link.transport, link.session).then(async () => link.transport.close().catch(() => undefined));
  }

  private async linkTo(url: string): Promise<Link> {
    const transport = this.transportTo(url);
    const left = this.leftSessions.get(url);
    if (left !== undefined) {
      this.leftSessions.delete(url);
      if (await this.isAlive(transport, left)) return linkOf(transport, left);
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
      await logout(transport, session);
      throw error;
    }
    return linkOf(transport, session);
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

  private transportTo(url: string): Transport {
    const known = this.transports.get(url);
    if (known !== undefined) return known;
    const made = this.options.transportFor(url);
    this.transports.set(url, made);
    return made;
  }
}
