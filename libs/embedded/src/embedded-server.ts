/** What every embedded server looks like to its user. */
export interface EmbeddedServer {
  /** Connection URL with credentials, for 127.0.0.1. */
  readonly url: string;
  readonly pid: number;
  readonly port: number;
  /** Settles with the exit code when the server ends, by stop() or on its own. */
  readonly exited: Promise<number>;
  /** Stops cleanly and waits for it; idempotent. */
  stop(): Promise<void>;
}
