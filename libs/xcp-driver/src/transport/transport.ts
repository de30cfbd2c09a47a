/**
 * One way to one host of a pool. A transport knows neither sessions nor retries: it sends a call and says what came back,
 * and when nothing came back, whether the call may have had its effect.
 */
import type { HandlerWay } from './handler-way.js';

export interface Transport {
  /** Where it leads, for messages and for the member list. */
  readonly url: string;
  /**
   * The undecoded result. Throws XenApiError when the pool answered with an error, TransportError when it did not answer.
   * `timeoutMs` bounds the wait for the whole answer.
   */
  call(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown>;
  /** The way to the host's HTTP handlers; undefined in simulations without sockets. */
  readonly handlers?: HandlerWay;
  /** Cuts what is open. */
  close(): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
}

/** Makes the transport to one host, given by its base URL. */
export type TransportFactory = (url: string) => Transport;

/** The pool answered: `code` and `params` exactly as in XenAPI's `ErrorDescription`. */
export class XenApiError extends Error {
  override readonly name = 'XenApiError';

  readonly params: readonly string[];

  constructor(
    readonly code: string,
    params: readonly string[],
    readonly method: string,
  ) {
    super(`${method}: ${code}`);
    // Its parameter is the session, which is as good as the password for a day: it must not get into logs.
    this.params = code === 'SESSION_INVALID' ? [] : params;
  }
}

/**
 * `refused` – no connection · `untrusted` – the certificate is not the expected one · `lost` – cut or timed out ·
 * `aborted` – by the caller, on its way · `withdrawn` – by the caller, before it was sent ·
 * `protocol` – an answer that is no XenAPI answer.
 */
export type TransportFailure = 'refused' | 'untrusted' | 'lost' | 'aborted' | 'withdrawn' | 'protocol';

const NEVER_SENT: ReadonlySet<TransportFailure> = new Set(['refused', 'untrusted', 'withdrawn']);

export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** False only when the request certainly never reached the pool. */
  readonly maybeDone: boolean;

  constructor(
    readonly kind: TransportFailure,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.maybeDone = !NEVER_SENT.has(kind);
  }
}

export const xenError = (description: unknown, method: string): XenApiError => {
  const texts = Array.isArray(description) ? description.map(String) : [];
  const [code = 'INTERNAL_ERROR', ...params] = texts;
  return new XenApiError(code, params, method);
};
