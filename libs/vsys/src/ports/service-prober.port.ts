/** Asks a service inside a system, from inside it: its networks are closed to those who run the pool. */
import type { VServerId } from '../ids.js';

/** One address of a server on a VNet that the appliances have a card in. */
export interface ServiceProbe {
  /** Any of them may ask: of a pair only one has the way. */
  readonly appliances: readonly VServerId[];
  readonly address: string;
  readonly port: number;
  /** Of a GET that has to be answered with 2xx or 3xx; absent: a TCP connection is enough. */
  readonly path?: string;
}

export interface ServiceProber {
  /** Resolves once the service answers. Rejects when the signal fires, and never else: what goes wrong is tried again. */
  answered(probe: ServiceProbe, signal: AbortSignal): Promise<void>;
}
