/**
 * LISTEN on a connection of its own. Notifications are only hints: whoever listens also looks by himself from time to
 * time, because what was sent while the connection was down is lost.
 *
 *   connecting ──► listening ──connection lost──► waiting ──► connecting …   until closed
 */
import pg from 'pg';
import { NOTIFICATION_CHANNELS, type NotificationChannel } from '../session.js';

export interface Notification {
  readonly channel: NotificationChannel;
  /** The id that the channel is about. */
  readonly payload: string;
}

export interface NotificationOptions {
  readonly url: string;
  readonly channels: readonly NotificationChannel[];
  readonly onNotification: (notification: Notification) => void;
  /** Called after each connection, also the first: look for yourself now, something may have been missed. */
  readonly onConnected?: () => void;
  readonly onError?: (error: unknown) => void;
}

export interface Notifications {
  /** Resolves when the connection is closed; nothing is delivered after that. */
  close(): Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A dead peer behind a firewall would otherwise stay unnoticed for hours. */
const KEEP_ALIVE_MS = 10_000;

/** Connects in the background and stays connected until `close`. Resolves when the first connection listens. */
export async function openNotifications(options: NotificationOptions): Promise<Notifications> {
  const listener = new Listener(options);
  await listener.start();
  return listener;
}

class Listener implements Notifications {
  private readonly closing = new AbortController();
  private client: pg.Client | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: NotificationOptions) {}

  async start(): Promise<void> {
    const first = Promise.withResolvers<void>();
    this.running = this.keepListening(first.resolve);
    await first.promise;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.client?.end().catch(() => undefined);
    await this.running;
  }

  private async keepListening(onFirst: () => void): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.closing.signal.aborted) {
      try {
        const { ended } = await this.connect();
        pause = FIRST_PAUSE_MS;
        onFirst();
        this.options.onConnected?.();
        await ended;
        await this.client?.end();
      } catch (error) {
        this.options.onError?.(error);
      }
      if (!this.closing.signal.aborted) await this.wait(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
    onFirst();
  }

  /** Listens; `ended` resolves when the connection is lost or closed. */
  private async connect(): Promise<{ readonly ended: Promise<void> }> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: 'openvsys-listen',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    });
    this.client = client;
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.on('error', (error) => {
        this.options.onError?.(error);
        resolve();
      });
    });
    client.on('notification', ({ channel, payload }) => this.deliver(channel, payload ?? ''));
    await client.connect();
    for (const channel of this.options.channels) await client.query(`LISTEN ${channel}`);
    return { ended };
  }

  private deliver(name: string, payload: string): void {
    const channel = NOTIFICATION_CHANNELS.find((each) => each === name);
    if (channel === undefined || this.closing.signal.aborted) return;
    this.options.onNotification({ channel, payload });
  }

  private async wait(ms: number): Promise<void> {
    const { signal } = this.closing;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }
}
