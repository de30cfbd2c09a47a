export interface Servers {
  /** Logs of all processes. */
  readonly folder: string;
  readonly redisUrl: string;
  /** A new, empty database; answers its URL. */
  createDatabase(name: string): Promise<string>;
  /** `keep` leaves the folder with the logs. */
  stop(logs: 'keep' | 'remove'): Promise<void>;
}
/** Durable servers, as in production: a commit that is not on the disk would measure nothing. */
export declare function startServers(): Promise<Servers>;
