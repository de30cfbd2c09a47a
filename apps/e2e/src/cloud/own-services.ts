/** A PostgreSQL and a Redis that a test may break: the ones that suites share must stay up. */
import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive, startPostgres, startRedis, type EmbeddedServer } from '@openvsys/embedded';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { cacheFolder } from '../process/program.js';

const run = promisify(execFile);

export class OwnServices {
  private constructor(
    private readonly folder: string,
    private postgres: EmbeddedServer,
    private redis: EmbeddedServer,
  ) {}

  /** `folder`: where data are kept; one of its own when absent. */
  static async start(within: string = tmpdir()): Promise<OwnServices> {
    const folder = await mkdtemp(join(within, 'openvsys-e2e-services-'));
    const [postgres, redis] = await Promise.all([
      // Durable: what was committed must survive the crash that the test makes.
      startPostgres({ dataDir: join(folder, 'postgres') }),
      startRedis({ dataDir: join(folder, 'redis'), cacheDir: cacheFolder }),
    ]);
    return new OwnServices(folder, postgres, redis);
  }

  get databaseUrl(): string {
    return this.postgres.url;
  }

  get redisUrl(): string {
    return this.redis.url;
  }

  /** Immediate shutdown, which is a crash to everybody connected, and a start on the same port. */
  async crashPostgres(): Promise<void> {
    const { pid, port, exited } = this.postgres;
    process.kill(pid, 'SIGQUIT');
    await exited;
    this.postgres = await startPostgres({ dataDir: join(this.folder, 'postgres'), port });
  }

  /** Starts it again when it has ended by itself, as a supervisor does. */
  async revivePostgres(): Promise<void> {
    if (isAlive(this.postgres.pid)) return;
    this.postgres = await startPostgres({ dataDir: this.dataDir, port: this.postgres.port });
  }

  /** Everybody is thrown out, as when connections move to another server. */
  async cutConnections(): Promise<void> {
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
    );
    await client.end();
  }

  /** A copy of all that is stored now. */
  async copyPostgres(): Promise<void> {
    const { port } = this.postgres;
    await this.postgres.stop();
    await rm(this.copyDir, { recursive: true, force: true });
    await run('cp', ['-a', this.dataDir, this.copyDir]);
    this.postgres = await startPostgres({ dataDir: this.dataDir, port });
  }

  /** All that was stored after the copy is lost. */
  async restorePostgres(): Promise<void> {
    const { port } = this.postgres;
    await this.postgres.stop();
    await rm(this.dataDir, { recursive: true, force: true });
    await rename(this.copyDir, this.dataDir);
    this.postgres = await startPostgres({ dataDir: this.dataDir, port });
  }

  private get dataDir(): string {
    return join(this.folder, 'postgres');
  }

  private get copyDir(): string {
    return join(this.folder, 'copy');
  }

  async emptyRedis(): Promise<void> {
    const client = new Redis(this.redisUrl);
    await client.flushall();
    client.disconnect();
  }

  async stopRedis(): Promise<void> {
    await this.redis.stop();
  }

  /** On the port that it had before. */
  async startRedis(): Promise<void> {
    const { port } = this.redis;
    this.redis = await startRedis({ dataDir: join(this.folder, 'redis'), port, cacheDir: cacheFolder });
  }

  async stop(): Promise<void> {
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
