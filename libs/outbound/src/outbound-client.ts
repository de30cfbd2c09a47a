/**
 * The only way out to addresses that tenants give (webhooks, images, depots): https, public addresses, few redirects,
 * bounded in time and size. A request is checked before and while it connects; see `checked-connector.ts`.
 */
import type { Agent, Dispatcher } from 'undici';
import { createAddressGuard, type AddressGuard } from './address-guard.js';
import { limitBody, readAll } from './bounded-body.js';
import { checkedAddresses, createCheckedAgent, resolveBySystem, type Resolve } from './checked-connector.js';
import { failureOf, unreachable } from './outbound-failure.js';
import { parseTarget } from './target.js';

export interface OutboundOptions {
  /** Ranges that the operator opens beside all public addresses; only there plain http is spoken. */
  readonly namedRanges: readonly string[];
  /** What targets see of us, e.g. `OpenVSYS/0.1`. */
  readonly userAgent: string;
  /** PEM of further authorities of certificates, beside those of the system. */
  readonly ca?: readonly string[];
  /** For tests; the system's by default. */
  readonly resolve?: Resolve;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Of the body of the answer as it comes over the line; more is an error `too-large`. */
  readonly maxBytes: number;
  /** For all of it: connecting, redirects, the whole body, ms. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface OutboundHead {
  readonly status: number;
  /** Names in lower case; of several with one name the first. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the answer came from after redirects, without what may be secret in it (query). */
  readonly from: string;
}

export interface OutboundAnswer extends OutboundHead {
  readonly body: Uint8Array;
}

export interface OutboundStream extends OutboundHead {
  /** Ends with an error when it is longer than allowed or takes too long. Read it or destroy it. */
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
}

export interface OutboundClient {
  /**
   * Sends it and reads the whole answer; any status is an answer. GET and HEAD follow up to three redirects, each
   * checked like the first address; other methods get the redirect as the answer.
   *
   * Throws DomainError: `invalid-request` (address not allowed), `too-large`, `target-unreachable` (no connection, TLS
   * refused, too slow), `cancelled` (by `signal`).
   */
  request(request: OutboundRequest): Promise<OutboundAnswer>;
  /** The same, the body as it comes; for what does not fit into memory. */
  stream(request: OutboundRequest): Promise<OutboundStream>;
  /** Would it be allowed? Resolves the name now; the answer may differ later and is checked again. Throws as `request`. */
  check(url: string): Promise<void>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Enough for a moved file behind a load balancer; more is a loop. */
const MOST_REDIRECTS = 3;
/** A handshake that takes longer is a target that does not answer, ms. */
const CONNECT_TIMEOUT_MS = 10_000;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What a caller gave for one origin is for that origin only. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Throws RangeError when a named range is none. */
export function createOutboundClient(options: OutboundOptions): OutboundClient {
  return new CheckedClient(options, createAddressGuard(options.namedRanges));
}

class CheckedClient implements OutboundClient {
  readonly #https: Agent;
  readonly #http: Agent;
  readonly #resolve: Resolve;

  constructor(
    private readonly options: OutboundOptions,
    private readonly guard: AddressGuard,
  ) {
    this.#resolve = options.resolve ?? resolveBySystem;
    const shared = { resolve: this.#resolve, connectTimeoutMs: CONNECT_TIMEOUT_MS, ca: options.ca };
    this.#https = createCheckedAgent({ ...shared, allows: (address) => guard.allows(address) });
    this.#http = createCheckedAgent({ ...shared, allows: (address) => guard.isNamed(address) });
  }

  async request(request: OutboundRequest): Promise<OutboundAnswer> {
    const answer = await this.stream(request);
    return { ...answer, body: await readAll(answer.body) };
  }

  async stream(request: OutboundRequest): Promise<OutboundStream> {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    let target = parseTarget(request.url);
    let headers = { ...request.headers, 'user-agent': this.options.userAgent };
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.#send(target, { ...request, headers }, signal);
      const next = locationOf(request, answer, target);
      if (next === undefined) return streamOf(answer, target, request, signal);
      await answer.body.dump({ limit: 64 * 1024 }).catch(() => undefined);
      if (redirects === MOST_REDIRECTS) throw unreachable(target, 'it redirects without end');
      if (next.origin !== target.origin) headers = withoutSecrets(headers);
      target = next;
    }
  }

  async check(url: string): Promise<void> {
    const target = parseTarget(url);
    try {
      await this.#requireAddress(target);
    } catch (error) {
      throw failureOf(error, target, undefined);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#https.destroy(), this.#http.destroy()]);
  }

  async #requireAddress(target: URL): Promise<void> {
    const allows = (address: string) =>
      target.protocol === 'https:' ? this.guard.allows(address) : this.guard.isNamed(address);
    await checkedAddresses(bareHost(target), { resolve: this.#resolve, allows });
  }

  async #send(
    target: URL,
    { method, headers, body }: OutboundRequest,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const dispatcher = target.protocol === 'https:' ? this.#https : this.#http;
    try {
      // A connection to an address that is written as one asks no server of names, so it is checked here.
      if (isAddress(target)) await this.#requireAddress(target);
      return await dispatcher.request({
        origin: target.origin,
        path: target.pathname + target.search,
        method,
        headers: { ...headers },
        signal,
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      throw failureOf(error, target, signal);
    }
  }
}

const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** URL has already turned every spelling of an IPv4 address (0x7f.1, 2130706433) into four decimals. */
const isAddress = ({ hostname }: URL): boolean => hostname.startsWith('[') || /^[\d.]+$/.test(hostname);

function locationOf(
  { method }: OutboundRequest,
  answer: Dispatcher.ResponseData,
  from: URL,
): URL | undefined {
  const { location } = answer.headers;
  if ((method !== 'GET' && method !== 'HEAD') || !REDIRECTS.has(answer.statusCode)) return undefined;
  const [first] = Array.isArray(location) ? location : [location];
  if (first === undefined) return undefined;
  if (!URL.canParse(first, from.href)) throw unreachable(from, 'it redirects to what is no address');
  const next = parseTarget(new URL(first, from.href).href);
  if (from.protocol === 'https:' && next.protocol !== 'https:')
    throw unreachable(from, 'it redirects to an address without encryption');
  return next;
}

function withoutSecrets<Headers extends Readonly<Record<string, string>>>(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name.toLowerCase())),
  ) as Headers;
}

function streamOf(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  target: URL,
  { maxBytes }: OutboundRequest,
  signal: AbortSignal,
): OutboundStream {
  const flat = Object.entries(headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    (Array.isArray(value) ? value[0] : value) ?? '',
  ]);
  return {
    status: statusCode,
    headers: Object.fromEntries(flat),
    from: target.origin + target.pathname,
    body: limitBody(body, { maxBytes, target, signal }),
  };
}
