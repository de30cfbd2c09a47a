/**
 * The ConsoleAccess port: a byte pipe to the RFB server of a VM through the console handler of the host where it runs.
 *
 *   locate ──CONNECT──► pipe ──ended──► why? the VM's record tells: still there, elsewhere, another boot, stopped
 */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  DomainError,
  type ConsoleAccess,
  type ConsoleEnd,
  type ConsoleStream,
  type VServerId,
} from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import type { Cached } from '../cache/cached-classes.js';
import { handlersOf } from '../content/disk-transfer.js';
import { TransportError } from '../transport/transport.js';
import { toReadError } from '../xapi-error.map.js';
import { locateConsole, type ConsoleLocation } from './console-location.js';

/** A host answers a CONNECT at once; consoles that are open may be silent for hours. */
const ANSWER_MS = 20_000;
/** Events come within 0.2 s; a migration cuts the pipe some seconds before it is complete. */
const REASON_MS = 5_000;

export class PoolConsoles implements ConsoleAccess {
  constructor(private readonly pool: PoolAccess) {}

  async openConsole(server: VServerId, signal: AbortSignal): Promise<ConsoleStream> {
    try {
      const location = await locateConsole(this.pool, server, signal);
      const { status, pipe } = await handlersOf(this.pool).connect({
        path: location.path,
        query: location.query,
        address: location.address,
        signal,
        stallMs: ANSWER_MS,
      });
      if (pipe === undefined) throw refusalOf(status);
      return new PipeStream(pipe, async () => this.reasonOf(location));
    } catch (error) {
      throw toReadError(error);
    }
  }

  /** The pipe may end before the pool's events tell why, so their word is waited for. */
  private async reasonOf(location: ConsoleLocation): Promise<ConsoleEnd> {
    const { cache, clock } = this.pool;
    const late = new AbortController();
    const limit = clock.sleep(REASON_MS, late.signal).then(
      () => late.abort(),
      () => undefined,
    );
    try {
      return await cache.when(() => changeSince(cache.find('VM', location.vm), location), late.signal);
    } catch {
      return 'lost';
    } finally {
      late.abort();
      await limit;
    }
  }
}

function changeSince(
  vm: Cached<'VM'> | undefined,
  { host, domid }: ConsoleLocation,
): 'stopped' | 'moved' | undefined {
  if (vm === undefined || (vm.power_state !== 'Running' && vm.power_state !== 'Paused')) return 'stopped';
  return vm.domid !== domid || (vm.resident_on ?? undefined) !== host ? 'moved' : undefined;
}

/** 503: the pool allows one viewer a console (XenAPI `limit_console_sessions`). */
function refusalOf(status: number): Error {
  if (status === 503) {
    return new DomainError('pool-busy', 'Somebody else looks at the screen of the server.', {
      remedy: 'Close the other console, or allow several in the settings of the pool.',
    });
  }
  if (status === 404)
    return new DomainError('conflict', 'The console has just changed; open it again.', { retry: 'same' });
  return new TransportError('protocol', `The pool refused the console with HTTP ${status}.`);
}

class PipeStream implements ConsoleStream {
  readonly ended: Promise<ConsoleEnd>;
  private isClosed = false;

  constructor(
    private readonly pipe: Duplex,
    reason: () => Promise<ConsoleEnd>,
  ) {
    const over = finished(pipe, { readable: false }).catch(() => undefined);
    const closed = once(pipe, 'close').catch(() => undefined);
    this.ended = Promise.race([over, closed]).then(async () => (this.isClosed ? 'closed' : reason()));
    // An error of the socket is an end like any other.
    pipe.on('error', () => undefined);
    // The other side's end is ours too: half a console is of no use.
    pipe.once('end', () => pipe.destroy());
  }

  get incoming(): AsyncIterable<Uint8Array> {
    return bytesOf(this.pipe);
  }

  async send(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.pipe.write(bytes, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(new DomainError('unavailable', 'The console has ended.', { cause: error }));
      });
    });
  }

  close(): void {
    this.isClosed = true;
    this.pipe.destroy();
  }
}

async function* bytesOf(pipe: Duplex): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of pipe) yield chunk as Buffer;
  } catch {
    // Cut: `ended` says why.
  }
}
