/** A PostgreSQL and a Redis that a test may break: the ones that suites share must stay up. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis, type EmbeddedServer } from '@openvsys/embedded';
import { Redis } from 'ioredis';
import { cacheFolder } from '../process/program.js';

export class OwnServices {
  private constructor(
    private readonly folder: string,
    private postgres: EmbeddedServer,
    private redis: EmbeddedServer,
  ) {}

  static async start(): Promise<OwnServices> {
    const folder = await mkdtemp(join(tmpdir(), 'openvsys-e2e-services-'));
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
