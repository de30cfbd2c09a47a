/**
 * The screen of a server: the byte stream of its RFB (VNC) console.
 *
 *   closed ──openConsole──► open ──close()──► ended: closed
 *                             ├──server stops──► ended: stopped
 *                             ├──server moves or restarts──► ended: moved   (open again, the viewer greets anew)
 *                             └──anything else──► ended: lost               (open again after a pause)
 */
import type { VServerId } from '../ids.js';

export interface ConsoleAccess {
  /**
   * Opens the console on the host where the server runs now. Resolves when the first byte of the server may come.
   * Throws `conflict` when the server has no console (it does not run), `pool-busy` when another viewer holds it,
   * `pool-unreachable`, `pool-refused`.
   */
  openConsole(server: VServerId, signal: AbortSignal): Promise<ConsoleStream>;
}

export type ConsoleEnd = 'closed' | 'stopped' | 'moved' | 'lost';

/** Bytes in both directions. RFB 3.8 is spoken inside; this port does not look at it. */
export interface ConsoleStream {
  /** What the server's screen sends; may be read once, and is read from the pool only as fast as it is consumed. */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Resolves when more may be sent. Throws `unavailable` after the end. */
  send(bytes: Uint8Array): Promise<void>;
  close(): void;
  /** Resolves once, with the reason of the end. */
  readonly ended: Promise<ConsoleEnd>;
}
