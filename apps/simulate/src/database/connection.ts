/** One connection of a simulated process to the simulated server: what a socket would be. */
import { Duplex } from 'node:stream';
import { cutMessages, withText, type WireMessage } from './wire-messages.js';

/** What becomes of the text of a statement on its way. */
export type SqlChange = (text: string) => string;

/** What becomes of a message on its way. */
export type MessageChange = (message: WireMessage) => WireMessage;

/** What ends a request, so that it can be sent as a whole: a simple query, or the `Sync` of the extended protocol. */
const ENDS_REQUEST = new Set(['Q', 'S']);

export interface Request {
  readonly messages: readonly WireMessage[];
  /** The last message: a simple query says what it asks. */
  readonly last: WireMessage;
}

export class Connection extends Duplex {
  #unread: Buffer = Buffer.alloc(0);
  #parts: WireMessage[] = [];
  #isStarted = false;

  constructor(
    /** Name of the process. */
    readonly owner: string,
    private readonly changes: { readonly text: SqlChange; readonly message: MessageChange },
    private readonly server: {
      open(connection: Connection): void;
      ask(connection: Connection, request: Request): void;
      close(connection: Connection): void;
    },
  ) {
    super();
  }

  /** As of a socket: called by the client when it wants to connect. */
  connect(): this {
    process.nextTick(() => this.server.open(this));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    // The server pushes.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#take(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.server.close(this);
    done();
  }

  #take(chunk: Buffer): void {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    if (!this.#isStarted) this.#takeStartup();
    const { messages, rest } = cutMessages(this.#unread);
    this.#unread = rest;
    for (const message of messages) this.#takeMessage(message);
  }

  /** The first message has no letter. */
  #takeStartup(): void {
    if (this.#unread.length < 4 || this.#unread.length < this.#unread.readInt32BE(0)) return;
    const length = this.#unread.readInt32BE(0);
    const bytes = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    this.#isStarted = true;
    const startup: WireMessage = { kind: 'startup', bytes };
    this.server.ask(this, { messages: [startup], last: startup });
  }

  #takeMessage(message: WireMessage): void {
    if (message.kind === 'X') return this.server.close(this);
    this.#parts.push(this.changes.message(withText(message, this.changes.text)));
    if (!ENDS_REQUEST.has(message.kind)) return;
    const messages = this.#parts;
    this.#parts = [];
    this.server.ask(this, { messages, last: message });
  }
}
