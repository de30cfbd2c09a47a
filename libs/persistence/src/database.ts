/**
 * The connection pool, its limits, and the unit of work. Survives restarts of PostgreSQL: a broken connection is
 * thrown away, the statement fails with `unavailable` (retry same), the next one connects again.
 */
import type { Duplex } from 'node:stream';
import { DomainError } from '@openvsys/vsys';
import { DataSource, type QueryRunner } from 'typeorm';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations/index.js';
import { isRepeatable, mapPgError } from './pg-error.map.js';
import { HintSender } from './hint-sender.js';
import { Session, type Hint } from './session.js';
import { SnakeNaming } from './snake-naming.js';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name` */
  readonly url: string;
  /** Connections at most, 2 or more; default 10. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** A statement that runs longer is ended; default 30 s. */
  readonly statementTimeoutMs?: number;
  /** Told of connections that broke while nobody used them; by default nobody is told. */
  readonly onPoolError?: (error: unknown) => void;
  /** Another way to the server than a socket to the host of the URL: a PostgreSQL in the same process, say. */
  readonly openStream?: () => Duplex;
}

const DEFAULT_POOL_SIZE = 10;
/** A migration holds its lock on one connection and works on another. */
const LEAST_POOL_SIZE = 2;
const DEFAULT_STATEMENT_TIMEOUT_MS = 30_000;
/** A transaction never waits for anything but PostgreSQL, so one that idles belongs to a dead or stuck process. */
const IDLE_IN_TRANSACTION_MS = 15_000;
/** A request should fail and say so rather than queue for a connection that does not come. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Any number that no other program uses for advisory locks in this database. */
const MIGRATION_LOCK = 7_266_837;
/** Deadlocks and serialization failures are rare and short; more attempts only hide a defect. */
const TRANSACTION_ATTEMPTS = 3;

export class Database {
  private readonly hintSender = new HintSender(this);

  private constructor(private readonly dataSource: DataSource) {}

  /** Connects or throws `unavailable`. */
  static async connect(options: DatabaseOptions): Promise<Database> {
    const dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      poolSize: Math.max(LEAST_POOL_SIZE, options.poolSize ?? DEFAULT_POOL_SIZE),
      applicationName: options.applicationName ?? 'openvsys',
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      entities: ENTITIES,
      migrations: MIGRATIONS,
      migrationsTableName: 'schema_migration',
      namingStrategy: new SnakeNaming(),
      // Every bigint of ours (MiB, GiB, unit seconds, epochs) stays far below 2^53.
      parseInt8: true,
      poolErrorHandler: options.onPoolError ?? (() => undefined),
      extra: {
        statement_timeout: options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS,
        idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
        keepAlive: true,
        ...(options.openStream === undefined ? {} : { stream: options.openStream }),
      },
    });
    try {
      await dataSource.initialize();
    } catch (error) {
      throw mapPgError(error);
    }
    return new Database(dataSource);
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  /**
   * Brings the schema up to date and returns the names of the migrations that ran. Any number of processes may call it
   * at once: an advisory lock lets one work and the others find nothing left to do.
   */
  async migrate(): Promise<readonly string[]> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.connect();
      await runner.query(`SET statement_timeout = 0`);
      await runner.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
      try {
        const done = await this.dataSource.runMigrations({ transaction: 'each' });
        return done.map((migration) => migration.name);
      } finally {
        await runner.query(`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`);
        await runner.query(`RESET statement_timeout`);
      }
    } catch (error) {
      throw mapPgError(error);
    } finally {
      await release(runner);
    }
  }

  /**
   * Runs `work` in one transaction (READ COMMITTED) and commits when it resolves. `work` may run again from its start
   * after a deadlock or serialization failure, so it has no effect but on the database. Throws DomainError;
   * after `unavailable` the caller does not know whether the commit happened.
   */
  async transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.runTransaction(work);
      } catch (error) {
        if (attempt < TRANSACTION_ATTEMPTS && isRepeatable(error)) continue;
        throw error;
      }
    }
  }

  /** Runs `work` on one connection without a transaction: each statement is its own. For reads and single writes. */
  async session<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work(new Session(runner));
    } catch (error) {
      throw rethrown(error);
    } finally {
      await release(runner);
    }
  }

  /** Statements that would make the schema what the entities describe: none when migrations and entities agree. */
  async schemaDifferences(): Promise<readonly string[]> {
    const { upQueries } = await this.dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  }

  /** Resolves when the database answers, throws `unavailable` when not. For readiness. */
  async ping(): Promise<void> {
    await this.session((session) => session.rows('SELECT 1'));
  }

  private async runTransaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    const hints: Hint[] = [];
    try {
      await runner.startTransaction();
      const result = await work(new Session(runner, hints));
      await runner.commitTransaction();
      this.hintSender.send(hints);
      return result;
    } catch (error) {
      await rollBack(runner);
      throw rethrown(error);
    } finally {
      await release(runner);
    }
  }
}

/** Errors of `work` itself (a TypeError, say) stay as they are; what the driver threw is put into our words. */
function rethrown(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const mapped = mapPgError(error);
  return mapped.code === 'internal' ? error : mapped;
}

/** The connection may be gone; then PostgreSQL has rolled back already. */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  await runner.rollbackTransaction().catch(() => undefined);
}

async function release(runner: QueryRunner): Promise<void> {
  await runner.release().catch(() => undefined);
}
