/**
 * The real PostgreSQL, compiled for this process: the same SQL, triggers and constraints as in production, with time
 * and faults in our hands. There is one session behind all connections; a connection that is inside of a transaction
 * has it for itself until the end, so transactions come one after the other, in an order that only the seed decides.
 *
 *   connection ─ request ─► queue ─► session (one request at a time) ─► answer ─► connection
 *                                        └─ notifications ─► whoever listens
 */
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { Connection, type Request, type SqlChange } from './connection.js';
import { SharedStatements } from './shared-statements.js';
import {
  cutMessages,
  notificationOf,
  simpleQuery,
  textOf,
  transactionStateOf,
  type WireMessage,
} from './wire-messages.js';

/** What happens to the next commit of a process: stored without an answer, or neither stored nor answered. */
export interface CommitFate {
  readonly owner: string | undefined;
  readonly is: 'stored-unanswered' | 'not-stored';
}

interface Waiting {
  readonly connection: Connection;
  readonly request: Request;
}

const BROKEN = 'ECONNRESET';

export class SimulatedServer {
  /** Called with each notification of a committed transaction. */
  onNotification: (channel: string, payload: string) => void = () => undefined;
  readonly #fates: CommitFate[] = [];
  readonly #connections = new Set<Connection>();
  readonly #statements = new SharedStatements();
  #waiting: Waiting[] = [];
  #holder: Connection | undefined;
  #greeting: Buffer | undefined;
  #isBusy = false;
  #isDown = false;
  #timeSet = Number.NaN;
  #sqlChange: SqlChange | undefined;

  private constructor(
    private readonly postgres: PGlite,
    /** ms since the epoch. */
    private readonly now: () => number,
  ) {}

  static async start(now: () => number): Promise<SimulatedServer> {
    return new SimulatedServer(await PGlite.create({ extensions: { btree_gist, pg_trgm } }), now);
  }

  /** Something is being asked or answered; otherwise the server is still until somebody asks. */
  get isBusy(): boolean {
    return this.#isBusy || this.#waiting.some(({ connection }) => this.#mayRun(connection));
  }

  /** A way to the server for a process, as a socket would be. */
  openStream(owner: string): Connection {
    const changes = {
      text: this.#sqlChange ?? ((text: string) => text),
      message: this.#statements.forConnection(),
    };
    return new Connection(owner, changes, {
      open: (connection) => this.#open(connection),
      ask: (connection, request) => this.#ask(connection, request),
      close: (connection) => this.#forget(connection),
    });
  }

  /** From now on texts of statements are changed on their way; connections that know the old ones break. */
  changeSql(change: SqlChange | undefined): void {
    if (change === this.#sqlChange) return;
    this.#sqlChange = change;
    for (const connection of this.#connections) this.#break(connection);
  }

  /** Decides over a coming commit. */
  addFate(fate: CommitFate): void {
    this.#fates.push(fate);
  }

  /** All connections break, transactions under way are rolled back, and nobody can connect until `comeBack`. */
  goDown(): void {
    this.#isDown = true;
    for (const connection of this.#connections) this.#break(connection);
  }

  comeBack(): void {
    this.#isDown = false;
  }

  forgetFates(): void {
    this.#fates.length = 0;
  }

  /** The process is gone: what it had begun is rolled back, and it hears nothing any more. */
  drop(owner: string): void {
    for (const connection of this.#connections) if (connection.owner === owner) this.#forget(connection);
  }

  /** Statements of the simulation itself, between requests. */
  async run(sql: string): Promise<void> {
    await this.postgres.exec(sql);
  }

  async rows<Row>(sql: string): Promise<Row[]> {
    return (await this.postgres.query<Row>(sql)).rows;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    await this.postgres.close();
  }

  #open(connection: Connection): void {
    if (this.#isDown) {
      connection.destroy(Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' }));
      return;
    }
    this.#connections.add(connection);
    connection.emit('connect');
  }

  #ask(connection: Connection, request: Request): void {
    if (!this.#connections.has(connection)) return;
    this.#waiting.push({ connection, request });
    void this.#serve();
  }

  #mayRun(connection: Connection): boolean {
    return this.#holder === undefined || this.#holder === connection;
  }

  async #serve(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (;;) {
      const index = this.#waiting.findIndex(({ connection }) => this.#mayRun(connection));
      const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (next === undefined) break;
      await this.#answer(next);
      // Who held the session may have gone meanwhile.
      if (this.#holder !== undefined && !this.#connections.has(this.#holder)) await this.#rollBack();
    }
    this.#isBusy = false;
  }

  async #answer({ connection, request }: Waiting): Promise<void> {
    if (request.last.kind === 'startup') return this.#greet(connection, request);
    const fate =
      request.last.kind === 'Q' && textOf(request.last) === 'COMMIT' ? this.#fateOf(connection) : undefined;
    if (fate === 'not-stored') return this.#break(connection);
    if (this.#holder === undefined) await this.#tellTime();
    const answer = await this.#statements.exchange(
      request.messages,
      async (messages) => await this.#exchange(bytesOf(messages), connection),
    );
    if (fate === 'stored-unanswered') return this.#break(connection);
    if (this.#connections.has(connection)) connection.push(bytesOf(answer));
  }

  #fateOf({ owner }: Connection): CommitFate['is'] | undefined {
    const index = this.#fates.findIndex((fate) => fate.owner === undefined || fate.owner === owner);
    return index < 0 ? undefined : this.#fates.splice(index, 1)[0]?.is;
  }

  /** The session was greeted once; later connections get the same greeting. */
  async #greet(connection: Connection, { last }: Request): Promise<void> {
    this.#greeting ??= Buffer.from(await this.postgres.execProtocolRaw(last.bytes));
    if (this.#connections.has(connection)) connection.push(this.#greeting);
  }

  /** SQL asks for the time in functions of the same name as PostgreSQL's own, see `schema.ts`. */
  async #tellTime(): Promise<void> {
    const now = this.now();
    if (now === this.#timeSet) return;
    this.#timeSet = now;
    await this.postgres.execProtocolRaw(simpleQuery(`SET openvsys.now = '${now}'`));
  }

  async #exchange(bytes: Buffer, connection: Connection | undefined): Promise<readonly WireMessage[]> {
    const { messages } = cutMessages(Buffer.from(await this.postgres.execProtocolRaw(bytes)));
    const ready = messages.findLast(({ kind }) => kind === 'Z');
    if (ready !== undefined) this.#holder = transactionStateOf(ready) === 'I' ? undefined : connection;
    for (const message of messages) {
      if (message.kind !== 'A') continue;
      const { channel, payload } = notificationOf(message);
      this.onNotification(channel, payload);
    }
    return messages.filter(({ kind }) => kind !== 'A');
  }

  #break(connection: Connection): void {
    this.#forget(connection);
    connection.destroy(Object.assign(new Error('Connection terminated unexpectedly'), { code: BROKEN }));
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    this.#waiting = this.#waiting.filter((waiting) => waiting.connection !== connection);
    if (this.#holder !== connection || this.#isBusy) return;
    // Nobody asks while it holds the session, so nothing can come between.
    this.#isBusy = true;
    void this.#rollBack().then(() => {
      this.#isBusy = false;
      void this.#serve();
    });
  }

  async #rollBack(): Promise<void> {
    this.#holder = undefined;
    await this.#exchange(ROLLBACK, undefined);
  }
}

const ROLLBACK = simpleQuery('ROLLBACK');

function bytesOf(messages: readonly WireMessage[]): Buffer {
  return Buffer.concat(messages.map(({ bytes }) => bytes));
}
