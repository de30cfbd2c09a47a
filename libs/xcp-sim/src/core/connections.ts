// Purpose: the connections of clients to hosts, so that an unreachable host can cut those in flight.
import { Disconnected } from './failure.js';
import type { SimHost } from './sim-host.js';

export class Connections {
  private readonly open = new Map<SimHost, Set<(reason: Error) => void>>();
  private readonly listeners = new Set<(host: SimHost) => void>();
  private readonly joinListeners = new Set<(host: SimHost) => void>();

  /** Calls `listener` with each host whose connections are cut: whoever holds its sockets closes them. */
  onCut(listener: (host: SimHost) => void): void {
    this.listeners.add(listener);
  }

  /** Calls `listener` with each host that joins the pool: somebody has to listen for it. */
  onJoin(listener: (host: SimHost) => void): void {
    this.joinListeners.add(listener);
  }

  announce(host: SimHost): void {
    for (const listener of this.joinListeners) listener(host);
  }

  /** The outcome of `work`, or Disconnected if the host is cut off before. The work itself goes on. */
  guard<T>(host: SimHost, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cuts = this.open.get(host) ?? new Set();
      this.open.set(host, cuts);
      cuts.add(reject);
      work.then(resolve, reject).finally(() => cuts.delete(reject));
    });
  }

  /** A call that is never answered; it ends only when its connection is cut or its caller gives up. */
  never(signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Disconnected('the caller gave up')), { once: true });
    });
  }

  cut(host: SimHost, reason: string): void {
    const cuts = [...(this.open.get(host) ?? [])];
    this.open.delete(host);
    for (const reject of cuts) reject(new Disconnected(reason));
    for (const listener of this.listeners) listener(host);
  }
}
