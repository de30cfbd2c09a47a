/** Real servers brought up on a bare machine: PostgreSQL and Redis, and processes that cannot outlive us. */
export type { EmbeddedServer } from './embedded-server.js';
export { startPostgres, type PostgresOptions } from './postgres/start-postgres.js';
export { startRedis, type RedisOptions } from './redis/start-redis.js';
export { startGuarded, type GuardedProcess, type GuardedProcessOptions } from './process/guarded-process.js';
export { endProcess, findCommandLine, isAlive } from './process/running-process.js';
export { ensurePortFree, findFreePort } from './process/find-free-port.js';
export { ensureSecretFile } from './secret-file.js';
