/**
 * A line between two programs that may be cut: a TCP proxy.
 *
 *   open ──cut()──► cut: connections are reset, new ones too     ──mend()──► open
 *   open ──hush()─► silent: connections stay, nothing comes through ──mend()──► open, all that was silent is reset
 *
 * A silent line is what a failed switch looks like: nobody is told.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { findFreePort } from '@openvsys/embedded';

export interface LineEnd {
  readonly host: string;
  readonly port: number;
}

export class Line {
  private state: 'open' | 'cut' | 'silent' = 'open';
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly to: LineEnd,
  ) {
    server.on('connection', (socket) => this.accept(socket));
  }

  /** `near`: where it listens; 127.0.0.1 and a free port when absent. */
  static async open(to: LineEnd, near: Partial<LineEnd> = {}): Promise<Line> {
    const own = near.port ?? (await findFreePort());
    const line = new Line(createServer(), own, to);
    line.server.listen(own, near.host ?? '127.0.0.1');
    await once(line.server, 'listening');
    return line;
  }

  cut(): void {
    this.state = 'cut';
    this.reset();
  }

  hush(): void {
    this.state = 'silent';
    for (const socket of this.sockets) socket.pause();
  }

  mend(): void {
    // What was swallowed never comes: TCP gives such connections up, too.
    if (this.state === 'silent') this.reset();
    this.state = 'open';
  }

  close(): void {
    this.reset();
    this.server.close();
  }

  private accept(near: Socket): void {
    this.keep(near);
    if (this.state === 'cut') return void near.resetAndDestroy();
    if (this.state === 'silent') return void near.pause();
    const far = connect(this.to);
    this.keep(far);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => this.pass(bytes, from, into));
      from.on('end', () => into.end());
      from.on('close', () => into.destroy());
    }
  }

  private pass(bytes: Buffer, from: Socket, into: Socket): void {
    if (this.state !== 'open') return;
    if (into.write(bytes)) return;
    from.pause();
    into.once('drain', () => {
      if (this.state === 'open') from.resume();
    });
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  private reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }
}
