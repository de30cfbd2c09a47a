/**
 * What stores and repositories talk to: one connection of the pool, inside or outside of a transaction.
 * Statements on several rows take them as one JSON parameter (`jsonb_to_recordset`), so that the number of round trips
 * does not depend on the number of parts.
 */
import type { ClientBase, QueryResult } from 'pg';
import {
  QueryRunnerAlreadyReleasedError,
  type EntityTarget,
  type ObjectLiteral,
  type QueryRunner,
} from 'typeorm';
import { mapPgError } from './pg-error.map.js';
import { findStatementName } from './statement-names.js';

/** What one transaction has to tell when it has committed. */
export interface Hint {
  readonly channel: NotificationChannel;
  readonly payload: string;
}

export class Session {
  /** `hints`: of a transaction, collected until it commits; absent: each statement commits by itself. */
  constructor(
    private readonly runner: QueryRunner,
    private readonly hints?: Hint[],
  ) {}

  /** One row of a simple table; everything that must be quick or set-based is SQL. Throws DomainError. */
  async insert<Entity extends ObjectLiteral>(
    table: EntityTarget<Entity>,
    row: Partial<Entity>,
  ): Promise<void> {
    try {
      await this.runner.manager.insert<ObjectLiteral>(table, row);
    } catch (error) {
      throw mapPgError(error);
    }
  }

  /** The rows of a statement. Column names are taken as they are: write `AS "camelCase"`. Throws DomainError. */
  async rows<Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.run(text, parameters);
    return result.rows as Row[];
  }

  /** The first row, or undefined. */
  async first<Row>(text: string, parameters: readonly unknown[] = []): Promise<Row | undefined> {
    return (await this.rows<Row>(text, parameters))[0];
  }

  /** The number of rows that the statement changed. */
  async change(text: string, parameters: readonly unknown[] = []): Promise<number> {
    return (await this.run(text, parameters)).rowCount ?? 0;
  }

  /** Within a transaction. When `work` throws, what it wrote and the locks that it took are given back, and nothing else. */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.run('SAVEPOINT attempt', []);
    let result: Result;
    try {
      result = await work();
    } catch (error) {
      await this.run('ROLLBACK TO SAVEPOINT attempt', []);
      throw error;
    }
    await this.run('RELEASE SAVEPOINT attempt', []);
    return result;
  }

  /** Delivered by PostgreSQL when the transaction commits. */
  async notify(channel: NotificationChannel, payload: string): Promise<void> {
    await this.run('SELECT pg_notify($1, $2)', [channel, payload]);
  }

  /**
   * Sent soon after the transaction has committed, lost when the process dies right then: for what is found without it, too.
   * A `notify` lets only one transaction of the whole database commit at a time, so what comes by the thousand is hinted.
   */
  async hint(channel: NotificationChannel, payload: string): Promise<void> {
    if (this.hints === undefined) await this.notify(channel, payload);
    else this.hints.push({ channel, payload });
  }

  /** On the runner's own connection: its `query` cannot name a statement. */
  private async run(text: string, parameters: readonly unknown[]): Promise<QueryResult<object>> {
    try {
      // A session that outlives its transaction would otherwise work on somebody else's connection.
      if (this.runner.isReleased) throw new QueryRunnerAlreadyReleasedError();
      const client = (await this.runner.connect()) as ClientBase;
      const name = findStatementName(text);
      return await client.query({ text, values: [...parameters], ...(name === undefined ? {} : { name }) });
    } catch (error) {
      throw mapPgError(error);
    }
  }
}

/**
 * `openvsys_vsys`: a VSYS may differ from its spec · `openvsys_operation`: an operation moved on ·
 * `openvsys_pool`: a pool was registered, changed or its lease given back · `openvsys_pool_operation`: something is to
 * be done with a pool, or was · `openvsys_efm`: an appliance may have another document to pull ·
 * `openvsys_event`: there are new events or deliveries, or they were taken into the feed. The payload is the id, or a
 * word where there is none.
 */
export const NOTIFICATION_CHANNELS = [
  'openvsys_vsys',
  'openvsys_operation',
  'openvsys_pool',
  'openvsys_pool_operation',
  'openvsys_efm',
  'openvsys_event',
] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];
