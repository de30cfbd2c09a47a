/**
 * Gives APIs the screens of the servers in the pools that this worker owns (docs/adr). TCP in the network that API and worker share;
 * who has a grant that is sealed with their key is an API.
 *
 *   connected ──grant──► asked of the pool ──► open: bytes in both directions ──either side ends──► closed
 *        └──no grant in time, or a wrong one──► closed
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { announceConsoleRelay, withdrawConsoleRelay } from '@openvsys/persistence';
import {
  asDomainError,
  CONSOLE_GRANT_LENGTH,
  CONSOLE_OPEN,
  DomainError,
  readConsoleGrant,
  type ConsoleAccess,
  type ConsoleStream,
  type VServerId,
} from '@openvsys/vsys';
import type { WorkerParts } from '../worker-parts.js';

/** Nobody needs longer to say who he is. */
const GREETING_MS = 5_000;
/** Each holds a connection to a host; hosts have a few hundred. */
const MOST_CONSOLES = 200;

/** Listening so, it is reached by its name: in a cluster the container’s. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

type RelayParts = Pick<WorkerParts, 'config' | 'database' | 'sealer' | 'clock' | 'log'>;

export class ConsoleRelay {
  readonly #sockets = new Set<Socket>();
  readonly #ending = new AbortController();
  #server: Server | undefined;

  constructor(
    private readonly parts: RelayParts,
    private readonly pools: () => readonly ConsoleAccess[],
  ) {}

  async start(): Promise<void> {
    const { config, database, clock } = this.parts;
    const server = createServer((socket) => this.#take(socket));
    server.maxConnections = MOST_CONSOLES;
    server.listen(config.consolePort, config.consoleHost);
    await once(server, 'listening');
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    const host = EVERYWHERE.has(config.consoleHost) ? hostname() : config.consoleHost;
    const address = config.consoleAddress ?? `${host}:${port}`;
    await database.transaction(async (session) =>
      announceConsoleRelay(session, config.workerId, address, clock.now()),
    );
  }

  /** Never rejects: a row that stays behind leads to nobody, and the lease says whose it is. */
  async stop(): Promise<void> {
    if (this.#server === undefined) return;
    this.#ending.abort();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    const { database, config, log } = this.parts;
    await database
      .transaction(async (session) => withdrawConsoleRelay(session, config.workerId))
      .catch((error: unknown) =>
        log.warn({ error: asDomainError(error).message }, 'console relay is still announced'),
      );
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    this.#serve(socket).catch((error: unknown) => {
      socket.end(`${asDomainError(error).code}\n`);
    });
  }

  async #serve(socket: Socket): Promise<void> {
    const line = await greetingOf(socket);
    const server = readConsoleGrant(line, this.parts.clock.now(), this.parts.sealer);
    if (server === undefined) throw new DomainError('forbidden', 'No grant.');
    const stream = await this.#open(server, socket);
    socket.write(`${CONSOLE_OPEN}\n`);
    await relay(socket, stream);
  }

  /** The server is in one of the pools; the others do not know it. */
  async #open(server: VServerId, socket: Socket): Promise<ConsoleStream> {
    const left = new AbortController();
    socket.once('close', () => left.abort());
    const signal = AbortSignal.any([left.signal, this.#ending.signal]);
    let refusal: unknown = new DomainError('unavailable', 'This worker owns no pool.');
    for (const consoles of this.pools()) {
      try {
        return await consoles.openConsole(server, signal);
      } catch (error) {
        refusal = error;
      }
    }
    throw refusal;
  }
}

/** The first line. Rejects when it is too long or does not come in time. */
async function greetingOf(socket: Socket): Promise<string> {
  socket.setTimeout(GREETING_MS, () => socket.destroy());
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1');
    if (text.includes('\n') || text.length > CONSOLE_GRANT_LENGTH) break;
  }
  socket.setTimeout(0);
  return text.slice(0, text.indexOf('\n'));
}

/** Resolves when both directions are over. What is slow on one side is read slowly from the other. */
async function relay(socket: Socket, stream: ConsoleStream): Promise<void> {
  const up = (async () => {
    for await (const chunk of socket as AsyncIterable<Buffer>) await stream.send(chunk);
  })();
  const down = (async () => {
    for await (const bytes of stream.incoming) {
      if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
  })();
  await Promise.race([up, down, stream.ended]).catch(() => {});
  stream.close();
  socket.destroy();
  await Promise.allSettled([up, down]);
}
