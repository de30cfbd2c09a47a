/** What a connection to a pool is made of, and which of it may change while it lives. */
import type { Clock } from '@openvsys/vsys';
import type { TransportFactory } from '../transport/transport.js';

export interface ConnectionOptions {
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  /** Names this driver in the pool's session list; sessions are capped per originator (XenAPI session.originator). */
  readonly originator: string;
  readonly transportFor: TransportFactory;
  readonly clock: Clock;
  /** XenAPI `pool.uuid` of the only pool that is accepted; undefined: that of the first login. */
  readonly poolUuid?: string;
}

/** What of the options may change while the connection lives. */
export type LoginOptions = Pick<ConnectionOptions, 'urls' | 'username' | 'password' | 'transportFor'>;
