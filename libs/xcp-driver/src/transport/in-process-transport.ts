/**
 * A pool in the same process: for deterministic simulation, where neither sockets nor real time may take part.
 * The function has the meaning of the wire and throws `{code, params}` for a XenAPI error, `{kind: 'disconnected'}` for a
 * lost answer and `{kind: 'refused'}` when the host cannot be reached.
 */
import { TransportError, XenApiError, type CallOptions, type Transport } from './transport.js';

export type InProcessCall = (
  method: string,
  params: readonly unknown[],
  signal?: AbortSignal,
) => Promise<unknown>;

interface Thrown {
  readonly code?: unknown;
  readonly params?: unknown;
  readonly kind?: unknown;
  readonly message?: unknown;
}

export class InProcessTransport implements Transport {
  constructor(
    readonly url: string,
    private readonly target: InProcessCall,
  ) {}

  async call(method: string, params: readonly unknown[], options: CallOptions): Promise<unknown> {
    if (options.signal?.aborted === true)
      throw new TransportError('withdrawn', 'The call was given up before it was made.');
    try {
      return await this.target(method, params, options.signal);
    } catch (error) {
      throw this.failureOf(error, method, options.signal);
    }
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }

  private failureOf(error: unknown, method: string, signal: AbortSignal | undefined): Error {
    if (signal?.aborted === true) return new TransportError('aborted', 'The call was given up.', error);
    const thrown: Thrown = typeof error === 'object' && error !== null ? error : {};
    if (typeof thrown.code === 'string' && Array.isArray(thrown.params)) {
      return new XenApiError(thrown.code, thrown.params.map(String), method);
    }
    const message = typeof thrown.message === 'string' ? thrown.message : 'no reason given';
    if (thrown.kind === 'refused') return new TransportError('refused', `${this.url}: ${message}`, error);
    if (thrown.kind === 'http') return new TransportError('protocol', `${this.url}: ${message}`, error);
    return new TransportError('lost', `${this.url}: ${message}`, error);
  }
}
