/**
 * The HTTP handlers of one host beside its calls: bulk data and byte pipes (XenAPI `/import_raw_vdi`, `/export`,
 * `/rrd_updates`, `/console` …). Unlike calls they stream: how long they take depends on the data, so what is bounded is
 * the time without progress.
 */
import type { Duplex } from 'node:stream';

export interface HandlerRequest {
  /** Path with its query. Without a session: that travels in `session`, so that no log of paths holds it. */
  readonly path: string;
  readonly session: string;
  readonly signal: AbortSignal;
  /** Limit for the silence of the other side, ms; default one minute. */
  readonly stallMs?: number;
}

export interface HandlerUpload extends HandlerRequest {
  /** Exact length of `body`; the pool refuses bodies without one. */
  readonly bytes: number;
  readonly body: AsyncIterable<Uint8Array>;
  /** Bytes that the connection took so far. */
  readonly onSent?: (bytes: number) => void;
}

export interface HandlerAnswer {
  readonly status: number;
  /** Target of a 3xx. */
  readonly location: string | undefined;
  readonly contentType: string;
  /** Bytes as they come; giving the iteration up cuts the connection. An answer that is not read must be given up too. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

export interface HandlerPipe {
  readonly status: number;
  readonly location: string | undefined;
  /** Raw bytes in both directions; undefined when the status is not 200. */
  readonly pipe: Duplex | undefined;
}

/** All throw TransportError; statuses are given back, whatever they are. */
export interface HandlerWay {
  get(request: HandlerRequest): Promise<HandlerAnswer>;
  /** Resolves with the answer, however early it comes; a body that was not taken fully is given up then. */
  put(request: HandlerUpload): Promise<HandlerAnswer>;
  /** XenAPI consoles: CONNECT, then bytes. */
  connect(request: HandlerRequest): Promise<HandlerPipe>;
}
